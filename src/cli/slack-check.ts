import type { Settings } from "../config/variables.ts";
import type { Finding } from "./doctor-checks.ts";
import { slackConnection, wantsSlack } from "./slack-deps.ts";

const CHECK = "slack";

/** Whether the settings of Slack are complete, and what they come to; asks nobody. */
export function slackSettings(settings: Settings): Finding[] {
  if (!wantsSlack(settings)) return [];
  const { appToken, botToken, http } = slackConnection(settings);
  const events = appToken === undefined ? `by HTTP at ${address(http)}` : "by Socket Mode";
  const places = botToken === undefined ? `many workspaces, installed at ${address(http)}` : "one workspace";
  return [{ check: CHECK, state: "ok", detail: `${places}; events come ${events}` }];
}

function address(http: { readonly host: string; readonly port: number } | undefined): string {
  return http === undefined ? "" : `${http.host}:${http.port}`;
}
