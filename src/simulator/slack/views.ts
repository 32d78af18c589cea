import { asList, asObject, type JsonObject } from "../discord/json.ts";
import { withDefaults } from "./block-kit/with-defaults.ts";
import type { Ids } from "./ids.ts";
import { SlackError } from "./slack-error.ts";

/** A modal on somebody's screen, or a Home tab. */
export interface StoredView {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly type: "modal" | "home";
  /** As Slack gives it to the app. */
  readonly view: JsonObject;
  readonly history: readonly JsonObject[];
  /** Whether it is still on the screen; a Home tab always is. */
  readonly isOpen: boolean;
}

export interface ViewOwner {
  readonly teamId: string;
  readonly userId: string;
  readonly appId: string;
  readonly botId: string;
  readonly installedTeamId: string;
}

export interface Views {
  /** Opens a modal as the first of a stack; what the person had open is closed. */
  open(owner: ViewOwner, given: JsonObject): StoredView;
  /** Puts a modal on top of another. Throws `push_limit_reached` above three. */
  push(owner: ViewOwner, given: JsonObject, below: StoredView): StoredView;
  /** Shows a Home tab; the same view each time. Throws `hash_conflict`. */
  publish(owner: ViewOwner, given: JsonObject, hash: string | undefined): StoredView;
  /** Replaces what a view shows. Throws `hash_conflict` and `duplicate_external_id`. */
  update(view: StoredView, given: JsonObject, hash: string | undefined): StoredView;
  /** Closes a modal: only this one, or its whole stack. */
  close(view: StoredView, wholeStack?: boolean): void;
  get(id: string): StoredView | undefined;
  byExternalId(teamId: string, externalId: string): StoredView | undefined;
  home(userId: string): StoredView | undefined;
  /** The modal on top of a person's screen. */
  top(userId: string): StoredView | undefined;
  all(): readonly StoredView[];
  onChange(listener: (view: StoredView) => void): () => void;
}

const STACK_LIMIT = 3;

/** What an app shows to people outside of messages. */
export function createViews(ids: Ids): Views {
  const views = new Map<string, StoredView>();
  const listeners = new Set<(view: StoredView) => void>();

  function put(view: StoredView): StoredView {
    views.delete(view.id);
    views.set(view.id, view);
    for (const listener of listeners) listener(view);
    return view;
  }
  const openModals = (userId: string) =>
    [...views.values()].filter((one) => one.userId === userId && one.type === "modal" && one.isOpen);
  const byExternalId = (teamId: string, externalId: string) =>
    [...views.values()].find((one) => one.teamId === teamId && one.isOpen && one.view["external_id"] === externalId);

  function checkExternalId(teamId: string, given: JsonObject, self?: string): void {
    const id = given["external_id"];
    if (typeof id !== "string" || id === "") return;
    const other = byExternalId(teamId, id);
    if (other && other.id !== self) throw new SlackError("duplicate_external_id");
  }

  function create(owner: ViewOwner, given: JsonObject, below?: StoredView): StoredView {
    checkExternalId(owner.teamId, given);
    const id = ids.next("V");
    const links = { root_view_id: below ? below.view["root_view_id"] : id, previous_view_id: below?.id ?? null };
    const identity = { id, team_id: owner.teamId, ...links, app_id: owner.appId, bot_id: owner.botId };
    const view = { ...identity, app_installed_team_id: owner.installedTeamId, ...shown(given, ids) };
    const type = given["type"] === "home" ? "home" : "modal";
    return put({ id, teamId: owner.teamId, userId: owner.userId, type, view, history: [], isOpen: true });
  }

  function update(old: StoredView, given: JsonObject, hash: string | undefined): StoredView {
    if (hash !== undefined && hash !== old.view["hash"]) throw new SlackError("hash_conflict");
    checkExternalId(old.teamId, given, old.id);
    const view = { ...old.view, ...shown(given, ids) };
    return put({ ...old, view, history: [...old.history, old.view] });
  }

  return {
    open(owner, given) {
      for (const one of openModals(owner.userId)) put({ ...one, isOpen: false });
      return create(owner, given);
    },
    push(owner, given, below) {
      const stack = openModals(owner.userId).filter((one) => one.view["root_view_id"] === below.view["root_view_id"]);
      if (stack.length >= STACK_LIMIT) throw new SlackError("push_limit_reached");
      return create(owner, given, below);
    },
    publish(owner, given, hash) {
      const old = [...views.values()].find((one) => one.type === "home" && one.userId === owner.userId);
      return old ? update(old, given, hash) : create(owner, given);
    },
    update,
    close(view, wholeStack = false) {
      const root = view.view["root_view_id"];
      for (const one of openModals(view.userId))
        if (one.id === view.id || (wholeStack && one.view["root_view_id"] === root)) put({ ...one, isOpen: false });
    },
    get: (id) => views.get(id),
    byExternalId,
    home: (userId) => [...views.values()].find((one) => one.type === "home" && one.userId === userId),
    top: (userId) =>
      openModals(userId)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .at(-1),
    all: () => [...views.values()],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function shown(given: JsonObject, ids: Ids): JsonObject {
  const text = (name: string) => asObject(given[name]) ?? null;
  return {
    type: given["type"],
    title: withEmoji(text("title")),
    submit: withEmoji(text("submit")),
    close: withEmoji(text("close")),
    blocks: withDefaults(asList(given["blocks"]), ids.blockId),
    private_metadata: given["private_metadata"] ?? "",
    callback_id: given["callback_id"] ?? "",
    external_id: given["external_id"] ?? "",
    state: { values: {} },
    hash: ids.ts(),
    clear_on_close: given["clear_on_close"] ?? false,
    notify_on_close: given["notify_on_close"] ?? false,
    submit_disabled: given["submit_disabled"] ?? false,
  };
}

function withEmoji(text: JsonObject | null): JsonObject | null {
  return text ? { emoji: true, ...text } : null;
}
