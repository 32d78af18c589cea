import type { Database } from "../storage/database.ts";

/** How much of the newest measurement goes into the average, once there are enough. */
const NEWEST = 0.1;

/** Turns units of work (predictedCost) into device milliseconds by what was measured for each model. */
export interface DeviceSpeeds {
  predictMs(model: string, cost: number): number;
  learn(model: string, cost: number, deviceMs: number): void;
}

/** Exponentially weighted means, kept in the database. A model that never ran is taken for as fast as the others; without any, `msPerUnit`. */
export function createDeviceSpeeds(database: Database, msPerUnit: number): DeviceSpeeds {
  const ofModel = database.prepare<{ ms: number | null }>("SELECT ms_per_unit AS ms FROM speeds WHERE model = ?");
  const ofOthers = database.prepare<{ ms: number | null }>("SELECT avg(ms_per_unit) AS ms FROM speeds");
  const learn = database.prepare(
    `INSERT INTO speeds (model, ms_per_unit, samples) VALUES (?1, ?2, 1)
     ON CONFLICT DO UPDATE SET
       ms_per_unit = ms_per_unit + (excluded.ms_per_unit - ms_per_unit) * max(${NEWEST}, 1.0 / (samples + 1)),
       samples = samples + 1`,
  );

  return {
    predictMs(model, cost) {
      const learned = ofModel.get(model)?.ms ?? ofOthers.get()?.ms ?? msPerUnit;
      return Math.max(1, Math.round(cost * learned));
    },
    learn(model, cost, deviceMs) {
      if (cost > 0) learn.run(model, deviceMs / cost);
    },
  };
}
