import { join } from "node:path";
import { silentLogger } from "../../src/core/logger.ts";
import { createSqliteQueue } from "../../src/jobs/sqlite-queue.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createQuotaLedger } from "../../src/storage/quotas.ts";
import { jobQueueContract } from "../contracts/job-queue.ts";
import type { CreateQueueStorage } from "../contracts/job-queue/queue-world.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const storage: CreateQueueStorage = ({ clock, random, weightOf, ...settings }) => {
  const path = join(temporaryFolder(), "easel.db");
  return {
    async open() {
      const database = openDatabase({ path, log: silentLogger });
      const quotas = createQuotaLedger({ database, clock });
      const weights = weightOf ? { weightOf } : {};
      return createSqliteQueue({ database, quotas, clock, random, log: silentLogger, settings, ...weights });
    },
  };
};

jobQueueContract("the SQLite queue", storage);
