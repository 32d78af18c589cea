import type { Clock } from "../core/clock.ts";
import type { CommunityModels, ModelChoice } from "../core/community-models.ts";
import { UserError } from "../core/errors.ts";
import type { ModelLibrary } from "../core/model.ts";
import { communityOf, personKey, type Asker } from "../core/moderation.ts";
import { readPlaceSettings, writePlaceSettings } from "../core/place-settings.ts";
import type { KeyValueStore } from "../core/stores.ts";
import type { AuditLog } from "./audit-log.ts";
import { placeOf, requireModerator } from "./bans.ts";

/** Nobody goes back further. */
const MAX_KEPT = 10;

type History = readonly [ModelChoice, ...ModelChoice[]];

/** What changing a model takes. */
export interface ModelTrials {
  readonly models: Pick<ModelLibrary, "get" | "defaultId">;
  /** Draws one picture with an installed model where somebody asks, and lets the filters look at it. Rejects with a UserError. */
  readonly tryModel: (model: string, by: Asker) => Promise<void>;
}

export function createCommunityModels(deps: {
  readonly settings: KeyValueStore;
  readonly clock: Clock;
  readonly audit: AuditLog;
  /** Rejects while nothing may be drawn. */
  readonly gate: (by: Asker) => Promise<void>;
  readonly trials: ModelTrials;
}): CommunityModels {
  const { settings, clock, audit } = deps;
  const { models, tryModel } = deps.trials;
  /** Communities that wait for a trial picture. */
  const trying = new Set<string>();

  async function read({ place }: Asker): Promise<History> {
    const model = (await readPlaceSettings(settings, place, "server"))["model"];
    const current = typeof model === "string" ? { model } : {};
    const kept = (await settings.get<ModelChoice[]>(keyOf(place))) ?? [];
    const [newest, ...before] = kept;
    // What was set before there was a history has no date.
    return newest?.model === current.model && newest !== undefined ? [newest, ...before] : [current, ...kept];
  }

  async function change(by: Asker, choice: Pick<ModelChoice, "model">, before: readonly ModelChoice[]) {
    const { place, person } = by;
    const { model: last, ...others } = await readPlaceSettings(settings, place, "server");
    const history: History = [{ ...choice, by: personKey(person), at: clock.now() }, ...before];
    await writePlaceSettings(settings, place, "server", { ...others, ...choice });
    await settings.set(keyOf(place), history.slice(0, MAX_KEPT));
    const detail = `${last ?? "default"} -> ${choice.model ?? "default"}`;
    audit.append({ event: "model", by: personKey(person), ...placeOf(by), detail });
    return history;
  }

  /** Rejects with UserError model-unfit, which says what stays in use. */
  async function checkFit(model: string, by: Asker): Promise<void> {
    const { place } = by;
    const community = `${place.platform} ${communityOf(place)}`;
    if (trying.has(community)) throw new UserError("model-on-trial");
    trying.add(community);
    try {
      await tryModel(model, by);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const [{ model: kept = models.defaultId }] = await read(by);
      throw new UserError("model-unfit", { model, kept, reason: error.message }, { cause: error });
    } finally {
      trying.delete(community);
    }
  }

  return {
    async history(by) {
      requireModerator(by);
      return read(by);
    },
    async use(model, by) {
      requireModerator(by);
      if (model !== undefined) {
        models.get(model);
        await deps.gate(by);
        await checkFit(model, by);
      }
      const history = await read(by);
      return history[0].model === model ? history : change(by, model === undefined ? {} : { model }, history);
    },
    async rollBack(by) {
      requireModerator(by);
      const [, last, ...older] = await read(by);
      if (!last) throw new UserError("no-model-before");
      if (last.model !== undefined) models.get(last.model);
      return change(by, last.model === undefined ? {} : { model: last.model }, older);
    },
  };
}

function keyOf(place: Asker["place"]): string {
  return `model-history:${place.platform}:${communityOf(place)}`;
}
