import { excerpt, ModelFault } from "./model-fault.ts";
import type { SchedulerChoice } from "./family-defaults.ts";
import type { Config } from "./read-config.ts";

/** OnnxStack's names (enum DiffuserPipelineType) for diffusers' pipelines. */
const PIPELINES: Readonly<Record<string, string>> = {
  StableDiffusion: "StableDiffusionPipeline",
  StableDiffusion2: "StableDiffusionPipeline",
  StableDiffusionXL: "StableDiffusionXLPipeline",
  StableDiffusion3: "StableDiffusion3Pipeline",
  LatentConsistency: "LatentConsistencyModelPipeline",
  LatentConsistencyXL: "StableDiffusionXLPipeline",
  Flux: "FluxPipeline",
};

/** OnnxStack's enum SchedulerType. */
const SCHEDULERS: Readonly<Record<string, string>> = {
  LMS: "LMSDiscreteScheduler",
  Euler: "EulerDiscreteScheduler",
  EulerAncestral: "EulerAncestralDiscreteScheduler",
  DDPM: "DDPMScheduler",
  DDIM: "DDIMScheduler",
  KDPM2: "KDPM2DiscreteScheduler",
  KDPM2Ancestral: "KDPM2AncestralDiscreteScheduler",
  LCM: "LCMScheduler",
  FlowMatchEulerDiscrete: "FlowMatchEulerDiscreteScheduler",
  FlowMatchEulerDynamic: "FlowMatchEulerDiscreteScheduler",
};

const SPACINGS: Readonly<Record<string, string>> = { Linspace: "linspace", Leading: "leading", Trailing: "trailing" };
const BETA_SCHEDULES: Readonly<Record<string, string>> = {
  Linear: "linear",
  ScaledLinear: "scaled_linear",
  SquaredCosCapV2: "squaredcos_cap_v2",
};
const PREDICTIONS: Readonly<Record<string, string>> = {
  Epsilon: "epsilon",
  VariablePrediction: "v_prediction",
  Sample: "sample",
};

function section(value: unknown, name: string): Config {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Config;
  throw new ModelFault(`amuse_template.json: ${name} is ${excerpt(value)}, an object was expected`);
}

const lookUp = (table: Readonly<Record<string, string>>, value: unknown): string | undefined =>
  typeof value === "string" && Object.hasOwn(table, value) ? table[value] : undefined;

/** What amuse_template.json of OnnxStack and Amuse tells of a folder without diffusers' configuration. Unknown names are passed over. */
export function readAmuseTemplate(template: Config): { pipelineClass?: string; scheduler?: SchedulerChoice } {
  const model = section(template["StableDiffusionTemplate"], "StableDiffusionTemplate");
  const defaults = section(model["SchedulerDefaults"], "SchedulerDefaults");
  const pipelineClass = lookUp(PIPELINES, model["PipelineType"]);
  const name = lookUp(SCHEDULERS, defaults["SchedulerType"]);
  if (name === undefined) return pipelineClass === undefined ? {} : { pipelineClass };

  const flow = name.startsWith("FlowMatch");
  const config = {
    _class_name: name,
    num_train_timesteps: defaults["TrainTimesteps"],
    shift: flow ? defaults["Shift"] : undefined,
    use_dynamic_shifting: flow ? defaults["SchedulerType"] === "FlowMatchEulerDynamic" : undefined,
    beta_start: flow ? undefined : (defaults["BetaStart"] ?? 0.00085),
    beta_end: flow ? undefined : (defaults["BetaEnd"] ?? 0.012),
    beta_schedule: flow ? undefined : (lookUp(BETA_SCHEDULES, defaults["BetaSchedule"]) ?? "scaled_linear"),
    timestep_spacing: flow ? undefined : lookUp(SPACINGS, defaults["TimestepSpacing"]),
    prediction_type: flow ? undefined : lookUp(PREDICTIONS, defaults["PredictionType"]),
  };
  const known = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined && value !== null));
  return { ...(pipelineClass === undefined ? {} : { pipelineClass }), scheduler: { name, config: known } };
}
