import { UserError } from "../core/errors.ts";
import type { Call } from "./call.ts";
import { nameOf, type LoadedModel } from "./loaded-model.ts";
import type { SchedulerConfig } from "./schedulers/scheduler.ts";

/** Schedulers that are the same method along a flow. */
const FLOW_TWINS: Readonly<Record<string, string>> = {
  EulerDiscreteScheduler: "FlowMatchEulerDiscreteScheduler",
  HeunDiscreteScheduler: "FlowMatchHeunDiscreteScheduler",
  LCMScheduler: "FlowMatchLCMScheduler",
};

/** Schedulers that take steps along a flow when they are told to. */
const FLOW_SOLVERS: readonly string[] = [
  "DPMSolverMultistepScheduler",
  "DPMSolverSinglestepScheduler",
  "DEISMultistepScheduler",
  "UniPCMultistepScheduler",
];

/** Schedulers whose class knows these keys, which diffusers' pipelines correct; see correctOutdated. */
const HAS_OFFSET =
  /^(DDIM|DDPM|DEISMultistep|DPMSolverMultistep|Euler(Ancestral)?Discrete|HeunDiscrete|KDPM2(Ancestral)?Discrete|LCM|LMSDiscrete|PNDM|TCD|UniPCMultistep)Scheduler$/;
const CLIPS = /^(DDIM|DDPM|HeunDiscrete|LCM|TCD)Scheduler$/;

const CHOICES = "Euler, Heun, LCM, DPM++ 2M and 2S, DEIS or UniPC";

/**
 * The scheduler of a call: the model folder's own, or the asked one with the model's configuration under the call's. A model that predicts
 * flow gets what is the asked method along a flow. Throws UserError model-cannot for a scheduler whose steps mean nothing to the model:
 * the pictures would be noise.
 */
export function chooseScheduler(
  model: LoadedModel,
  call: Call,
): { readonly name: string; readonly config: SchedulerConfig } {
  const own = correctOutdated(model, call);
  if (!call.scheduler) return own;
  const { name } = call.scheduler;
  const config = { ...own.config, ...call.scheduler.config };
  const isFlowModel = predictsFlow(own);
  if (name.startsWith("FlowMatch") === isFlowModel || name === own.name) return { name, config };
  if (!isFlowModel) throw cannotUse(model, name, "it does not predict flow");

  const twin = FLOW_TWINS[name];
  if (twin !== undefined) return { name: twin, config };
  if (!FLOW_SOLVERS.includes(name)) throw cannotUse(model, name, `it predicts flow; choose ${CHOICES}`);
  const shift = own.config["flow_shift"] ?? own.config["shift"] ?? 1;
  // The spacings are made for other noise levels than a flow's.
  const spacing = { use_karras_sigmas: false, use_exponential_sigmas: false, use_beta_sigmas: false };
  const flow = { prediction_type: "flow_prediction", use_flow_sigmas: true, flow_shift: shift };
  return { name, config: { ...config, ...spacing, ...flow } };
}

/**
 * The folder's scheduler as diffusers' pipeline for the call takes it: those of plain Stable Diffusion overwrite `steps_offset` other than 1,
 * text and image to image also `clip_sample`, inpainting also `skip_prk_steps`, which old configurations lack
 * (pipeline_stable_diffusion.py, _img2img.py, _inpaint.py). What a call asks for itself stands.
 */
function correctOutdated(model: LoadedModel, call: Call): LoadedModel["scheduler"] {
  const { name, config } = model.scheduler;
  const isPlain =
    model.family === "stable-diffusion" && !call.control && model.denoiser.session.input("timestep_cond") === undefined;
  if (!isPlain || call.mode === "instruct" || call.mode === "controlnet" || !HAS_OFFSET.test(name))
    return model.scheduler;
  const isInpaint = call.mode === "inpaint" || call.mode === "outpaint";
  const wanted: SchedulerConfig = {
    steps_offset: 1,
    ...(!isInpaint && CLIPS.test(name) ? { clip_sample: false } : {}),
    ...(isInpaint && name === "PNDMScheduler" ? { skip_prk_steps: true } : {}),
  };
  const isCurrent = Object.entries(wanted).every(([key, value]) => config[key] === value);
  return isCurrent ? model.scheduler : { name, config: { ...config, ...wanted } };
}

function predictsFlow({ name, config }: LoadedModel["scheduler"]): boolean {
  return name.startsWith("FlowMatch") || config["prediction_type"] === "flow_prediction";
}

function cannotUse(model: LoadedModel, scheduler: string, reason: string): UserError {
  return new UserError("model-cannot", { model: nameOf(model), mode: `use ${scheduler}: ${reason}` });
}
