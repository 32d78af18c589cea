import type { Ids } from "./ids.ts";

export interface Enterprise {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly enterprise?: Enterprise;
}

/** A member of a workspace, or the bot user of the app in it. */
export interface Person {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly realName: string;
  readonly isBot: boolean;
  readonly isAdmin: boolean;
  readonly locale: string;
  deleted: boolean;
}

export interface Conversation {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly kind: "public" | "private" | "im" | "mpim";
  readonly members: Set<string>;
  readonly creator: string;
  readonly createdAtMs: number;
  archived: boolean;
}

/** A workspace with the people and channels that every test finds in it. */
export interface SeededWorkspace extends Workspace {
  readonly alice: Person;
  readonly bob: Person;
  /** A public channel; the app joins it when it is installed. */
  readonly general: Conversation;
  /** A public channel without the app. */
  readonly random: Conversation;
  /** A private channel without the app, in which Alice is. */
  readonly secret: Conversation;
}

/** Workspaces, people and conversations: what exists before the app does anything. */
export interface World {
  readonly enterprise: Enterprise | undefined;
  readonly workspaces: readonly SeededWorkspace[];
  workspace(id: string): SeededWorkspace | undefined;
  person(id: string): Person | undefined;
  people(teamId: string): readonly Person[];
  /** Whom people of a workspace mean by a name; a bot that is installed in its whole enterprise, too. */
  named(teamId: string, name: string): Person | undefined;
  conversation(id: string): Conversation | undefined;
  conversations(): readonly Conversation[];
  addWorkspace(seed: { readonly name: string; readonly enterprise?: Enterprise }): SeededWorkspace;
  addPerson(seed: {
    readonly teamId: string;
    readonly name: string;
    readonly isBot?: boolean;
    readonly isAdmin?: boolean;
    readonly locale?: string;
  }): Person;
  addConversation(seed: {
    readonly teamId: string;
    readonly name: string;
    readonly kind: Conversation["kind"];
    readonly members: readonly string[];
  }): Conversation;
  /** The direct conversation of exactly these people; made when there is none. */
  openDirect(
    teamId: string,
    members: readonly string[],
  ): { readonly conversation: Conversation; readonly isNew: boolean };
}

/** A world with workspaces of these names; `enterprise` puts them all into one Enterprise Grid. */
export function createWorld(deps: {
  readonly ids: Ids;
  readonly now: () => number;
  readonly workspaces: readonly string[];
  readonly enterprise: string | undefined;
}): World {
  const { ids } = deps;
  const workspaces = new Map<string, SeededWorkspace>();
  const people = new Map<string, Person>();
  const conversations = new Map<string, Conversation>();
  const enterprise =
    deps.enterprise === undefined
      ? undefined
      : { id: ids.next("E"), name: deps.enterprise, domain: slug(deps.enterprise) };

  const addPerson: World["addPerson"] = ({ teamId, name, isBot = false, isAdmin = false, locale = "en-US" }) => {
    const realName = name[0]!.toUpperCase() + name.slice(1);
    const person = { id: ids.next("U"), teamId, name, realName, isBot, isAdmin, locale, deleted: false };
    people.set(person.id, person);
    return person;
  };
  const addConversation: World["addConversation"] = ({ teamId, name, kind, members }) => {
    const conversation: Conversation = {
      id: ids.next(kind === "im" ? "D" : kind === "mpim" ? "G" : "C"),
      teamId,
      name,
      kind,
      members: new Set(members),
      creator: members[0] ?? "USLACKBOT",
      createdAtMs: deps.now(),
      archived: false,
    };
    conversations.set(conversation.id, conversation);
    return conversation;
  };
  const addWorkspace: World["addWorkspace"] = (seed) => {
    const id = ids.next("T");
    const alice = addPerson({ teamId: id, name: "alice", isAdmin: true });
    const bob = addPerson({ teamId: id, name: "bob" });
    const both = [alice.id, bob.id];
    const workspace: SeededWorkspace = {
      id,
      name: seed.name,
      domain: slug(seed.name),
      ...(seed.enterprise ? { enterprise: seed.enterprise } : {}),
      alice,
      bob,
      general: addConversation({ teamId: id, name: "general", kind: "public", members: both }),
      random: addConversation({ teamId: id, name: "random", kind: "public", members: both }),
      secret: addConversation({ teamId: id, name: "secret", kind: "private", members: [alice.id] }),
    };
    workspaces.set(id, workspace);
    return workspace;
  };
  for (const name of deps.workspaces) addWorkspace({ name, ...(enterprise ? { enterprise } : {}) });

  return {
    enterprise,
    get workspaces() {
      return [...workspaces.values()];
    },
    workspace: (id) => workspaces.get(id),
    person: (id) => people.get(id),
    people: (teamId) => [...people.values()].filter((person) => person.teamId === teamId),
    named(teamId, name) {
      const enterpriseId = workspaces.get(teamId)?.enterprise?.id;
      const isNear = (one: Person) =>
        one.teamId === teamId ||
        (one.isBot && enterpriseId !== undefined && workspaces.get(one.teamId)?.enterprise?.id === enterpriseId);
      return [...people.values()].find((one) => one.name === name && isNear(one));
    },
    conversation: (id) => conversations.get(id),
    conversations: () => [...conversations.values()],
    addWorkspace,
    addPerson,
    addConversation,
    openDirect(teamId, members) {
      const unique = [...new Set(members)];
      const kind = unique.length > 2 ? "mpim" : "im";
      const known = [...conversations.values()].find(
        (one) => one.kind === kind && one.members.size === unique.length && unique.every((id) => one.members.has(id)),
      );
      if (known) return { conversation: known, isNew: false };
      const names = unique.map((id) => people.get(id)?.name ?? id);
      const name = kind === "im" ? "directmessage" : `mpdm-${names.join("--")}-1`;
      return { conversation: addConversation({ teamId, name, kind, members: unique }), isNew: true };
    },
  };
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
