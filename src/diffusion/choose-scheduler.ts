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
  const { scheduler: own } = model;
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

function predictsFlow({ name, config }: LoadedModel["scheduler"]): boolean {
  return name.startsWith("FlowMatch") || config["prediction_type"] === "flow_prediction";
}

function cannotUse(model: LoadedModel, scheduler: string, reason: string): UserError {
  return new UserError("model-cannot", { model: nameOf(model), mode: `use ${scheduler}: ${reason}` });
}
