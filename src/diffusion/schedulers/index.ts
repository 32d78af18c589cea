import { ddim } from "./ddim.ts";
import { eulerAncestralDiscrete } from "./euler-ancestral-discrete.ts";
import { eulerDiscrete } from "./euler-discrete.ts";
import { flowMatchEulerDiscrete } from "./flow-match-euler-discrete.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** Every scheduler by the class name that scheduler_config.json gives. */
export const schedulers = {
  DDIMScheduler: ddim,
  EulerAncestralDiscreteScheduler: eulerAncestralDiscrete,
  EulerDiscreteScheduler: eulerDiscrete,
  FlowMatchEulerDiscreteScheduler: flowMatchEulerDiscrete,
} satisfies Record<string, SchedulerFactory>;
