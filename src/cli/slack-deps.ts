import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { loadCommands } from "../bot/load-commands.ts";
import type { Settings } from "../config/variables.ts";
import { UserError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { createChoiceLists } from "../core/option-docs.ts";
import { readSettings } from "../core/person-settings.ts";
import type { Easel } from "../main.ts";
import type { ConnectSettings } from "../platforms/slack/connect.ts";
import type { SlackDeps } from "../platforms/slack/create-slack.ts";
import { systemClock } from "../system-clock.ts";

type SlackSettings = Pick<
  Settings,
  | "SLACK_BOT_TOKEN"
  | "SLACK_APP_TOKEN"
  | "SLACK_SIGNING_SECRET"
  | "SLACK_CLIENT_ID"
  | "SLACK_CLIENT_SECRET"
  | "SLACK_TOKEN_KEY"
  | "SLACK_HTTP_HOST"
  | "SLACK_HTTP_PORT"
>;

/** What the Slack platform of this process is made from. Throws UserError slack-incomplete. */
export async function slackDeps(
  easel: Easel,
  settings: Settings,
  log: Logger,
  onFatal: (sentence: string) => void,
): Promise<SlackDeps> {
  const { commands, buttons } = await loadSlackCommands();
  return {
    ...slackConnection(settings),
    apiUrl: settings.SLACK_API_URL,
    clock: systemClock,
    log,
    store: easel.settings,
    unanswered: easel.unanswered,
    settingsOf: (person) => readSettings(easel.settings, easel.recognise(person)),
    readBlob: (ref) => easel.blobs.get(ref),
    fit: (bytes, limits) => easel.provenance.fit(bytes, limits),
    random: (below) => randomInt(below),
    commands,
    buttons,
    lists: createChoiceLists(easel.models),
    quotaText: (person) => quotaText(easel.quotaOf(person)),
    onFatal,
  };
}

/** Whether anything of Slack is set. */
export function wantsSlack(settings: SlackSettings): boolean {
  return [
    settings.SLACK_BOT_TOKEN,
    settings.SLACK_APP_TOKEN,
    settings.SLACK_SIGNING_SECRET,
    settings.SLACK_CLIENT_ID,
  ].some((value) => value !== "");
}

/** One workspace or many, by sockets or by HTTP, as the settings say. Throws UserError slack-incomplete, which names what is missing. */
export function slackConnection(settings: SlackSettings): ConnectSettings {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = settings;
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, SLACK_TOKEN_KEY: key } = settings;
  if (botToken === "" && clientId === "") throw new UserError("slack-incomplete", { missing: "SLACK_BOT_TOKEN" });
  if (appToken === "" && signingSecret === "") throw new UserError("slack-incomplete", { missing: "SLACK_APP_TOKEN" });
  // With a bot token there is one workspace, and nothing to install.
  const many = botToken === "";
  if (many && clientSecret === "") throw new UserError("slack-incomplete", { missing: "SLACK_CLIENT_SECRET" });
  if (many && key === "") throw new UserError("slack-incomplete", { missing: "SLACK_TOKEN_KEY" });
  return {
    ...(many ? {} : { botToken }),
    ...(appToken === "" ? {} : { appToken }),
    ...(many || signingSecret !== ""
      ? {
          http: {
            host: settings.SLACK_HTTP_HOST,
            port: settings.SLACK_HTTP_PORT,
            ...(signingSecret === "" ? {} : { signingSecret }),
            ...(many ? { oauth: { clientId, clientSecret, key: Buffer.from(key, "hex") } } : {}),
          },
        }
      : {}),
  };
}

/** The commands as Slack's manifest and Home tab need them. */
export function loadSlackCommands() {
  return loadCommands(fileURLToPath(new URL("../../commands", import.meta.url)));
}

/** Device time in words for the Home tab. */
function quotaText(quota: ReturnType<Easel["quotaOf"]>): string {
  if (!quota) return "There is no limit on what you may draw.";
  const [used, limit] = [quota.usedMs, quota.limitMs].map((ms) => Math.round(ms / 1000));
  const refill = `${new Date(quota.resetsAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return `You have used ${used} of ${limit} seconds of drawing time. They are yours again at ${refill}.`;
}
