import type { webApi } from "@slack/bolt";
import type { CommandInfo } from "../../core/command.ts";
import { OWN_COMMAND, UMBRELLA_COMMAND } from "./command-names.ts";
import { GLOBAL_SHORTCUT, MESSAGE_SHORTCUTS } from "./shortcuts.ts";
import { STEP_ID } from "./workflow-steps.ts";

type Manifest = webApi.AppsManifestCreateArguments["manifest"];
type EventSubscriptions = NonNullable<NonNullable<Manifest["settings"]>["event_subscriptions"]>;

/** What the bot cannot do without. */
export const BOT_SCOPES = [
  "commands",
  "chat:write",
  "files:read",
  "files:write",
  "app_mentions:read",
  "im:write",
  "im:history",
  "users:read",
] as const;

/**
 * What a workspace may leave out: writing into public channels without an invitation, looking into a channel whether a message whose answer
 * was lost stands there, and looking up the workspace's own emoji, to teach them.
 */
export const OPTIONAL_SCOPES = [
  "chat:write.public",
  "channels:history",
  "groups:history",
  "mpim:history",
  "emoji:read",
] as const;

const EVENTS = [
  "app_home_opened",
  "app_mention",
  "message.im",
  "function_executed",
  "app_uninstalled",
  "tokens_revoked",
] as const;
const MAX_HINT_CHARS = 1000;
const MAX_DESCRIPTION_CHARS = 2000;

/** The app as Slack makes it from a manifest; with `httpUrl` (https://…, without a path) events come there instead of by sockets. */
export function createManifest(commands: readonly CommandInfo[], httpUrl?: string): Manifest {
  const base = httpUrl?.replace(/\/+$/, "");
  const url = base === undefined ? undefined : `${base}/slack/events`;
  const own = commands.find(({ name }) => name === OWN_COMMAND);
  const others = commands.filter(({ name }) => name !== OWN_COMMAND);
  return {
    _metadata: { major_version: 2 },
    display_information: {
      name: "Easel",
      description: "Draws pictures from words, on your own machine",
      long_description:
        "Easel turns words into pictures with a diffusion model on a machine of your own: nothing you write and nothing it draws leaves the building. Type /imagine and what you want to see, vary and enlarge what you like, and find everything again in its Home tab.",
      background_color: "#24365e",
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: "easel", always_online: true },
      shortcuts: [shortcut("global", GLOBAL_SHORTCUT), ...MESSAGE_SHORTCUTS.map((entry) => shortcut("message", entry))],
      slash_commands: [
        {
          command: `/${OWN_COMMAND}`,
          description: clamp(own?.description ?? "Draw pictures from words", MAX_DESCRIPTION_CHARS),
          usage_hint: "a red fox in the snow --count 4 (or nothing: a form)",
          should_escape: false,
          ...(url === undefined ? {} : { url }),
        },
        {
          command: `/${UMBRELLA_COMMAND}`,
          description: "Everything else: help, queue, history, settings …",
          usage_hint: clamp(others.map(({ name }) => name).join(" | "), MAX_HINT_CHARS),
          // People are named by id, so that a moderator can ban @somebody.
          should_escape: true,
          ...(url === undefined ? {} : { url }),
        },
      ],
    },
    oauth_config: {
      ...(base === undefined ? {} : { redirect_urls: [`${base}/slack/oauth_redirect`] }),
      scopes: { bot: [...BOT_SCOPES], bot_optional: [...OPTIONAL_SCOPES] },
    },
    settings: {
      event_subscriptions: {
        // The SDK's list of events lacks function_executed.
        bot_events: [...EVENTS] as unknown as NonNullable<EventSubscriptions["bot_events"]>,
        ...(url === undefined ? {} : { request_url: url }),
      },
      interactivity: { is_enabled: true, ...(url === undefined ? {} : { request_url: url }) },
      org_deploy_enabled: true,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
      function_runtime: "remote",
    },
    functions: {
      [STEP_ID]: {
        title: "Draw a picture",
        description: "Draws a picture from words and posts it",
        input_parameters: {
          properties: {
            prompt: { type: "string", title: "What to draw", description: "Options such as --seed 7 can stand in it" },
            user: { type: "slack#/types/user_id", title: "For whom", description: "Whose quota and rules count" },
            channel: { type: "slack#/types/channel_id", title: "Where", description: "Without: a direct message" },
          },
          required: ["prompt", "user"],
        },
        output_parameters: {
          properties: {
            file_id: { type: "string", title: "File", description: "The first picture's file in Slack" },
            permalink: { type: "string", title: "Link", description: "The address of that file" },
          },
          required: ["file_id", "permalink"],
        },
      },
    },
  };
}

function shortcut(
  type: "global" | "message",
  { id, name, description }: { readonly id: string; readonly name: string; readonly description: string },
) {
  return { type, name, callback_id: id, description };
}

function clamp(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars - 1)}…`;
}
