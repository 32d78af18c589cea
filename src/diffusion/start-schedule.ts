import { UserError } from "../core/errors.ts";
import type { Call } from "./call.ts";
import { chooseScheduler } from "./choose-scheduler.ts";
import { reasonOf } from "./load/model-fault.ts";
import { nameOf, type LoadedModel } from "./loaded-model.ts";
import type { SchedulerConfig, SchedulerFactory, SchedulerRun, SetTimesteps } from "./schedulers/scheduler.ts";

/**
 * The steps of a call, by its scheduler or the model folder's. Throws UserError model-cannot with the reason where Easel has no such
 * scheduler, where a value of scheduler_config.json cannot be used, or where the steps cannot be taken so often.
 */
export function startSchedule(
  model: LoadedModel,
  call: Call,
  schedulers: Readonly<Record<string, SchedulerFactory>>,
  stepsFor: (config: SchedulerConfig) => SetTimesteps,
): SchedulerRun {
  const { name, config } = chooseScheduler(model, call);
  const cannot = (reason: string, cause?: unknown) =>
    new UserError("model-cannot", { model: nameOf(model), mode: `use ${name}: ${reason}` }, { cause });
  const factory = Object.hasOwn(schedulers, name) ? schedulers[name] : undefined;
  if (!factory) throw cannot(`Easel has ${Object.keys(schedulers).join(", ")}`);

  let run: SchedulerRun;
  try {
    run = factory(config).setTimesteps(stepsFor(config));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw cannot(reasonOf(error).replace(`${name}: `, ""), error);
  }
  if ([...run.timesteps, ...run.sigmas, run.initNoiseSigma].some(Number.isNaN))
    throw cannot("its scheduler_config.json leads to steps that are not numbers");
  return run;
}
