import { type APIInteraction, ApplicationCommandType, ComponentType, InteractionType } from "discord-api-types/v10";
import type { Commands } from "./commands.ts";
import type {
  AutocompleteRequest,
  ComponentPress,
  Inject,
  InjectedInteraction,
  InteractionContext,
  SlashCommand,
} from "./discord-simulator.ts";
import {
  assemble,
  interactionBase,
  type PayloadDeps,
  requireUser,
  resolvedMember,
  slashData,
  storeEphemeral,
} from "./interaction-payloads.ts";
import type { InteractionRecord, Interactions } from "./interactions.ts";
import { asList, asObject, asText, type JsonObject } from "./json.ts";
import type { Messages } from "./messages.ts";
import { filledModal } from "./modal-values.ts";
import { findComponent } from "./render-components.ts";
import type { SimulatedClock } from "./simulated-clock.ts";
import type { Waiters } from "./waiters.ts";

export interface InjectDeps extends PayloadDeps {
  readonly clock: SimulatedClock;
  readonly commands: Commands;
  readonly interactions: Interactions;
  readonly messages: Messages;
  readonly answers: Waiters<InteractionRecord>;
  newId(atMs?: number): string;
  /** Gives an interaction to the bot. */
  deliver(payload: APIInteraction): void;
}

/** Does what people do in their clients, and gives the bot the event that Discord would. */
export function createInject(deps: InjectDeps): Inject {
  function send(
    context: InteractionContext,
    part: (base: JsonObject) => JsonObject,
    from: { readonly sourceId?: string; readonly openerId?: string } = {},
  ): InjectedInteraction {
    const createdAtMs = deps.clock.now() - (context.ageMs ?? 0);
    const base = interactionBase(deps, deps.newId(createdAtMs), deps.clock.isoNow(), context);
    const payload = assemble(base, part(base));
    const record: InteractionRecord = {
      payload,
      createdAtMs,
      sizeLimitBytes: context.attachmentSizeLimitBytes ?? deps.sizeLimitBytes,
      followUpIds: [],
      ...from,
    };
    deps.interactions.add(record);
    const deliver = () => deps.deliver(payload);
    deliver();

    return {
      id: payload.id,
      token: payload.token,
      payload,
      callback: () => record.callback,
      async waitForCallback(timeoutMs) {
        const what = `an answer to interaction ${payload.id}`;
        await deps.answers.wait(what, [record], (one) => one === record && one.callback !== undefined, timeoutMs);
        return record.callback!;
      },
      modal: () => record.modal,
      original: () => (record.originalId === undefined ? undefined : deps.messages.get(record.originalId)),
      followUps: () => record.followUpIds.flatMap((id) => deps.messages.get(id) ?? []),
      redeliver: deliver,
    };
  }

  function command(request: SlashCommand | AutocompleteRequest, type: InteractionType): InjectedInteraction {
    const guildId = (request.where ?? "guild") === "guild" ? deps.world.guildId : undefined;
    const registered = deps.commands.find(request.name.split(" ")[0]!, ApplicationCommandType.ChatInput, guildId);
    const { name, options = {} } = request;
    const focused = "focused" in request ? { focused: request.focused } : {};
    return send(request, (base) => ({
      type,
      data: slashData(deps, String(base["channel_id"]), { name, options, ...focused }, registered),
    }));
  }

  function press(request: ComponentPress, kind: "button" | "select", values?: readonly string[]): InjectedInteraction {
    const { message, visibleTo } = deps.messages.require(request.messageId);
    const component = findComponent(message.components, request.customId);
    if (request.forged !== true) {
      if (!component) throw new Error(`message ${message.id} has no component “${request.customId}”`);
      if (component["disabled"] === true) throw new Error(`“${request.customId}” is disabled`);
      if ((component["type"] === ComponentType.Button) !== (kind === "button"))
        throw new Error(`“${request.customId}” is no ${kind}`);
      if (component["type"] === ComponentType.StringSelect) checkChosen(component, values ?? []);
      const actor = request.userId ?? deps.world.alice.id;
      if (visibleTo !== undefined && visibleTo !== actor)
        throw new Error(`${actor} does not see message ${message.id}`);
    }
    const forgedType = kind === "button" ? ComponentType.Button : ComponentType.StringSelect;
    const data = {
      component_type: component?.["type"] ?? forgedType,
      custom_id: request.customId,
      id: component?.["id"] ?? 1,
      ...(values ? { values, ...resolvedChoices(component, values) } : {}),
    };
    const context = placeOf(request, message.channel_id);
    return send(context, () => ({ type: InteractionType.MessageComponent, message, data }), { sourceId: message.id });
  }

  /** A press happens where its message is. */
  function placeOf<T extends InteractionContext>(request: T, channelId: string): T {
    const channel = deps.world.channel(channelId);
    if (channel?.guildId !== undefined) return { channelId, ...request };
    const where = channel?.recipientId === undefined ? ("private-channel" as const) : ("bot-dm" as const);
    const userId = channel?.recipientId;
    return { channelId, where, ...(userId === undefined ? {} : { userId }), ...request };
  }

  function resolvedChoices(component: JsonObject | undefined, values: readonly string[]): JsonObject {
    if (component?.["type"] !== ComponentType.UserSelect) return {};
    return { resolved: { users: Object.fromEntries(values.map((id) => [id, requireUser(deps.world, id)])) } };
  }

  return {
    slash: (request) => command(request, InteractionType.ApplicationCommand),
    autocomplete: (request) => command(request, InteractionType.ApplicationCommandAutocomplete),
    button: (request) => press(request, "button"),
    select: (request) => press(request, "select", request.values),
    modal(opener, submission) {
      const shown = opener.modal();
      if (!shown) throw new Error(`interaction ${opener.id} was not answered with a form`);
      const sourceId = deps.interactions.get(opener.id)?.sourceId;
      const context = placeOf(submission, opener.payload.channel?.id ?? deps.world.channelId);
      const actor = (opener.payload.member?.user ?? opener.payload.user)!.id;
      return send(
        { userId: actor, ...context },
        (base) => {
          const attachments: JsonObject = {};
          const components = filledModal(shown.components, submission.values, (file) => {
            const stored = storeEphemeral(deps, String(base["channel_id"]), file);
            attachments[stored.id] = stored;
            return stored.id;
          });
          const resolved = Object.keys(attachments).length > 0 ? { resolved: { attachments } } : {};
          const data = { custom_id: shown.custom_id, components, ...resolved };
          const message = sourceId === undefined ? {} : { message: deps.messages.require(sourceId).message };
          return { type: InteractionType.ModalSubmit, data, ...message };
        },
        { openerId: opener.id, ...(sourceId === undefined ? {} : { sourceId }) },
      );
    },
    messageMenu(request) {
      const { message } = deps.messages.require(request.messageId);
      const id = commandId(request.name, ApplicationCommandType.Message);
      const resolved = { messages: { [message.id]: message } };
      const data = { id, name: request.name, type: ApplicationCommandType.Message, target_id: message.id, resolved };
      return send(placeOf(request, message.channel_id), () => ({ type: InteractionType.ApplicationCommand, data }));
    },
    userMenu(request) {
      const user = requireUser(deps.world, request.targetUserId);
      const id = commandId(request.name, ApplicationCommandType.User);
      const members =
        (request.where ?? "guild") === "guild" ? { members: { [user.id]: resolvedMember(deps.clock.isoNow()) } } : {};
      const resolved = { users: { [user.id]: user }, ...members };
      const data = { id, name: request.name, type: ApplicationCommandType.User, target_id: user.id, resolved };
      return send(request, () => ({ type: InteractionType.ApplicationCommand, data }));
    },
  };

  function commandId(name: string, type: ApplicationCommandType): string {
    return deps.commands.find(name, type, deps.world.guildId)?.id ?? deps.world.applicationId;
  }
}

function checkChosen(select: JsonObject, values: readonly string[]): void {
  const known = asList(select["options"]).map((option) => asText(asObject(option)?.["value"]));
  const wrong = values.find((value) => !known.includes(value));
  if (wrong !== undefined) throw new Error(`the select has no option “${wrong}”`);
}
