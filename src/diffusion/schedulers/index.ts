import { ddim } from "./ddim.ts";
import { ddpm } from "./ddpm.ts";
import { deisMultistep } from "./deis-multistep.ts";
import { dpmSolverMultistep } from "./dpmsolver-multistep.ts";
import { dpmSolverSde } from "./dpmsolver-sde.ts";
import { dpmSolverSinglestep } from "./dpmsolver-singlestep.ts";
import { edmDpmSolverMultistep } from "./edm-dpmsolver-multistep.ts";
import { edmEuler } from "./edm-euler.ts";
import { eulerAncestralDiscrete } from "./euler-ancestral-discrete.ts";
import { eulerDiscrete } from "./euler-discrete.ts";
import { flowMatchEulerDiscrete } from "./flow-match-euler-discrete.ts";
import { flowMatchHeunDiscrete } from "./flow-match-heun-discrete.ts";
import { flowMatchLcm } from "./flow-match-lcm.ts";
import { heunDiscrete } from "./heun-discrete.ts";
import { kdpm2AncestralDiscrete } from "./kdpm2-ancestral-discrete.ts";
import { kdpm2Discrete } from "./kdpm2-discrete.ts";
import { lcm } from "./lcm.ts";
import { lmsDiscrete } from "./lms-discrete.ts";
import { pndm } from "./pndm.ts";
import { tcd } from "./tcd.ts";
import { uniPcMultistep } from "./unipc-multistep.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** Every scheduler by the class name that scheduler_config.json gives. */
export const schedulers = {
  DDIMScheduler: ddim,
  DDPMScheduler: ddpm,
  DEISMultistepScheduler: deisMultistep,
  DPMSolverMultistepScheduler: dpmSolverMultistep,
  DPMSolverSDEScheduler: dpmSolverSde,
  DPMSolverSinglestepScheduler: dpmSolverSinglestep,
  EDMDPMSolverMultistepScheduler: edmDpmSolverMultistep,
  EDMEulerScheduler: edmEuler,
  EulerAncestralDiscreteScheduler: eulerAncestralDiscrete,
  EulerDiscreteScheduler: eulerDiscrete,
  FlowMatchEulerDiscreteScheduler: flowMatchEulerDiscrete,
  FlowMatchHeunDiscreteScheduler: flowMatchHeunDiscrete,
  FlowMatchLCMScheduler: flowMatchLcm,
  HeunDiscreteScheduler: heunDiscrete,
  KDPM2AncestralDiscreteScheduler: kdpm2AncestralDiscrete,
  KDPM2DiscreteScheduler: kdpm2Discrete,
  LCMScheduler: lcm,
  LMSDiscreteScheduler: lmsDiscrete,
  PNDMScheduler: pndm,
  TCDScheduler: tcd,
  UniPCMultistepScheduler: uniPcMultistep,
} satisfies Record<string, SchedulerFactory>;
