/** A diffusers scheduler class and the keys of its configuration that the model's own scheduler_config.json must not decide. */
export interface Sampler {
  readonly name: string;
  readonly config: Readonly<Record<string, string | number | boolean>>;
}

/** How the noise levels are spaced. */
const PLAIN = { use_karras_sigmas: false, use_exponential_sigmas: false, use_beta_sigmas: false };
const KARRAS = { ...PLAIN, use_karras_sigmas: true };

/** The variants of DPM-Solver++. */
const DPMPP = { algorithm_type: "dpmsolver++", solver_type: "midpoint", solver_order: 2, final_sigmas_type: "zero" };
const DPMPP_SDE = { ...DPMPP, algorithm_type: "sde-dpmsolver++" };

/** What people type for a scheduler. The names are k-diffusion's; resolveSampler also reads the spellings of A1111 and ComfyUI. */
export const SAMPLERS = {
  euler: { name: "EulerDiscreteScheduler", config: PLAIN },
  euler_karras: { name: "EulerDiscreteScheduler", config: KARRAS },
  euler_a: { name: "EulerAncestralDiscreteScheduler", config: {} },
  ddim: { name: "DDIMScheduler", config: {} },
  ddpm: { name: "DDPMScheduler", config: {} },
  pndm: { name: "PNDMScheduler", config: { skip_prk_steps: true } },
  lms: { name: "LMSDiscreteScheduler", config: PLAIN },
  lms_karras: { name: "LMSDiscreteScheduler", config: KARRAS },
  heun: { name: "HeunDiscreteScheduler", config: PLAIN },
  heun_karras: { name: "HeunDiscreteScheduler", config: KARRAS },
  dpm2: { name: "KDPM2DiscreteScheduler", config: PLAIN },
  dpm2_karras: { name: "KDPM2DiscreteScheduler", config: KARRAS },
  dpm2_a: { name: "KDPM2AncestralDiscreteScheduler", config: PLAIN },
  dpm2_a_karras: { name: "KDPM2AncestralDiscreteScheduler", config: KARRAS },
  dpmpp_2m: { name: "DPMSolverMultistepScheduler", config: { ...DPMPP, ...PLAIN } },
  dpmpp_2m_karras: { name: "DPMSolverMultistepScheduler", config: { ...DPMPP, ...KARRAS } },
  dpmpp_2m_sde: { name: "DPMSolverMultistepScheduler", config: { ...DPMPP_SDE, ...PLAIN } },
  dpmpp_2m_sde_karras: { name: "DPMSolverMultistepScheduler", config: { ...DPMPP_SDE, ...KARRAS } },
  dpmpp_3m_sde: { name: "DPMSolverMultistepScheduler", config: { ...DPMPP_SDE, ...PLAIN, solver_order: 3 } },
  dpmpp_3m_sde_karras: { name: "DPMSolverMultistepScheduler", config: { ...DPMPP_SDE, ...KARRAS, solver_order: 3 } },
  dpmpp_2s: { name: "DPMSolverSinglestepScheduler", config: { ...DPMPP, ...PLAIN } },
  dpmpp_2s_karras: { name: "DPMSolverSinglestepScheduler", config: { ...DPMPP, ...KARRAS } },
  dpmpp_sde: { name: "DPMSolverSDEScheduler", config: PLAIN },
  dpmpp_sde_karras: { name: "DPMSolverSDEScheduler", config: KARRAS },
  deis: { name: "DEISMultistepScheduler", config: { algorithm_type: "deis", solver_type: "logrho", ...PLAIN } },
  unipc: { name: "UniPCMultistepScheduler", config: { solver_type: "bh2", ...PLAIN } },
  unipc_karras: { name: "UniPCMultistepScheduler", config: { solver_type: "bh2", ...KARRAS } },
  lcm: { name: "LCMScheduler", config: {} },
  tcd: { name: "TCDScheduler", config: {} },
  edm_euler: { name: "EDMEulerScheduler", config: {} },
  edm_dpmpp_2m: { name: "EDMDPMSolverMultistepScheduler", config: DPMPP },
  flow_euler: { name: "FlowMatchEulerDiscreteScheduler", config: {} },
  flow_heun: { name: "FlowMatchHeunDiscreteScheduler", config: {} },
  flow_lcm: { name: "FlowMatchLCMScheduler", config: {} },
} as const satisfies Record<string, Sampler>;

export type SamplerName = keyof typeof SAMPLERS;

/** Other spellings, without case and punctuation. A1111's DPM++ 2S a has no class in diffusers, whose manual names the nearest. */
const SYNONYMS: Readonly<Record<string, SamplerName>> = {
  eulerancestral: "euler_a",
  plms: "pndm",
  dpm2ancestral: "dpm2_a",
  dpmpp2sa: "dpmpp_2s",
  dpmpp2sakarras: "dpmpp_2s_karras",
  dpmpp2sancestral: "dpmpp_2s",
  unipcbh2: "unipc",
  flowmatch: "flow_euler",
};

/** Spacings that may follow any name whose class knows them: A1111's schedule types, ComfyUI's schedulers. */
const SPACINGS: Readonly<Record<string, Sampler["config"]>> = {
  karras: KARRAS,
  exponential: { ...PLAIN, use_exponential_sigmas: true },
  beta: { ...PLAIN, use_beta_sigmas: true },
};

/** Without case, spaces and punctuation; "DPM++ 2M" and "dpmpp_2m" are the same. */
function fold(text: string): string {
  return text
    .toLowerCase()
    .replaceAll("+", "p")
    .replaceAll(/[^a-z0-9]/g, "");
}

const FOLDED = new Map<string, Sampler>([
  ...Object.values(SAMPLERS).map(({ name }): [string, Sampler] => [fold(name), { name, config: {} }]),
  ...Object.entries(SYNONYMS).map(([folded, name]): [string, Sampler] => [folded, SAMPLERS[name]]),
  ...Object.entries(SAMPLERS).map(([name, sampler]): [string, Sampler] => [fold(name), sampler]),
]);

/** The scheduler that a typed name stands for: "euler_a", "Euler a", "DPM++ 2M SDE Karras", "EulerDiscreteScheduler"; undefined for an unknown name. */
export function resolveSampler(text: string): Sampler | undefined {
  const folded = fold(text);
  const known = FOLDED.get(folded);
  if (known) return known;
  const suffix = Object.keys(SPACINGS).find((suffix) => folded.endsWith(suffix));
  const base = suffix === undefined ? undefined : FOLDED.get(folded.slice(0, -suffix.length));
  if (!base || !("use_karras_sigmas" in base.config)) return undefined;
  return { name: base.name, config: { ...base.config, ...SPACINGS[suffix!] } };
}
