import type { Asker } from "./moderation.ts";

/** What draws a community's requests that name no model. */
export interface ModelChoice {
  /** Absent: the operator's default. */
  readonly model?: string;
  /** Who decided so, and when; absent where nobody has yet. */
  readonly by?: string;
  readonly at?: number;
}

/** The model of a community, and those before it. It is the `model` of its place settings: /settings shows and sets the same. */
export interface CommunityModels {
  /** The one in force, then those that a rollback returns to, newest first. Rejects with UserError moderators-only. */
  history(by: Asker): Promise<readonly [ModelChoice, ...ModelChoice[]]>;
  /**
   * Draws one picture with it and lets the filters look at that; then it is in force, and else nothing has changed. Without a model: the
   * operator's default, at once. Returns the history. Rejects with UserError moderators-only, model-unknown, model-unfit, model-on-trial,
   * queue-paused, safety-stopped.
   */
  use(model: string | undefined, by: Asker): Promise<readonly [ModelChoice, ...ModelChoice[]]>;
  /** Returns to the one before, at once. Returns the history. Rejects with UserError moderators-only, model-unknown, no-model-before. */
  rollBack(by: Asker): Promise<readonly [ModelChoice, ...ModelChoice[]]>;
}
