import type { Settings } from "../config/variables.ts";
import { down, healthOf, type HealthReport } from "../core/health.ts";
import type { Logger } from "../core/logger.ts";
import { createHealthServer } from "../health/health-server.ts";
import type { Easel } from "../main.ts";

/** The pages of health/health-server.ts for a program that is being started. */
export interface ServedHealth {
  /** From now on they speak of this program, which is to be connected to these platforms. */
  of(easel: Easel, platforms: readonly string[]): void;
  close(): Promise<void>;
}

const sayStarting = async (): Promise<HealthReport> => healthOf({ program: down("It is starting.") });

/** Serves them from the first moment on, where the operator wants them. Rejects with UserError port-unusable. */
export async function serveHealth(settings: Settings, log: Logger): Promise<ServedHealth> {
  let report: () => Promise<HealthReport> = sayStarting;
  const { HEALTH_HOST: host, HEALTH_PORT: port } = settings;
  const server = port === 0 ? undefined : createHealthServer({ host, port, report: () => report(), log });
  if (server) log.info("health is told", { host, port: await server.listen() });
  return {
    of(easel, platforms) {
      report = () => easel.health(platforms);
    },
    close: async () => server?.close(),
  };
}
