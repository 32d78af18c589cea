import { App, type AuthorizeResult, type EnvelopedEvent, type Receiver, type ViewSubmitAction } from "@slack/bolt";
import type { Logger } from "../../core/logger.ts";
import type { Workspace } from "./address.ts";
import { createBoltLogger } from "./bolt-logger.ts";
import {
  readCommand,
  readHomeVisit,
  readPress,
  readShortcut,
  readStep,
  readSubmission,
  readWords,
  type SlackEvent,
} from "./read-events.ts";
import { REVEAL_PREFIX } from "./render-message.ts";
import { STEP_ID } from "./workflow-steps.ts";

/** What happens in Slack, in our words. Everything but a form was acknowledged before it gets here. */
export interface SlackListeners {
  happened(event: SlackEvent): void;
  /** `ack` closes the modal, or keeps it open with what is wrong in it, and has to be called within three seconds. */
  sent(event: SlackEvent, ack: (errors?: Readonly<Record<string, string>>) => Promise<void>): void;
  /** Somebody wants to see a picture that is not shown to everybody. */
  revealed(event: SlackEvent, file: string): void;
  homeOpened(event: SlackEvent): void;
  uninstalled(workspace: Workspace): void;
}

/** Bolt's app: it finds out what a payload is and acknowledges it, before anything else is done. */
export function createApp(deps: {
  readonly receiver: Receiver;
  readonly apiUrl: string;
  readonly log: Logger;
  readonly authorize: (workspace: Workspace) => Promise<AuthorizeResult>;
  readonly commands: ReadonlySet<string>;
  readonly listeners: SlackListeners;
}): App {
  const { listeners, log } = deps;
  const app = new App({
    receiver: deps.receiver,
    logger: createBoltLogger(log),
    convoStore: false,
    attachFunctionToken: false,
    clientOptions: { slackApiUrl: deps.apiUrl, retryConfig: { retries: 0 } },
    authorize: ({ teamId, enterpriseId, isEnterpriseInstall }) =>
      deps.authorize({ team: teamId ?? "", enterprise: enterpriseId ?? null, orgWide: isEnterpriseInstall }),
  });
  app.error(async (error) => log.error("an event of Slack could not be served", { error }));
  app.use(async ({ ack, body, next }) => {
    // A modal may stay open with what is wrong in it; everything else needs no more than this.
    if (ack && body.type !== "view_submission") await ack();
    await next();
  });

  app.command(/./, async ({ body }) => listeners.happened(readCommand(body)));
  app.action({ action_id: /./, type: "block_actions" }, async ({ body, action }) => {
    const event = readPress(body, action.action_id);
    if (!action.action_id.startsWith(REVEAL_PREFIX)) listeners.happened(event);
    else listeners.revealed(event, action.action_id.slice(REVEAL_PREFIX.length));
  });
  app.view<ViewSubmitAction>({ callback_id: /./, type: "view_submission" }, async ({ body, ack }) =>
    listeners.sent(readSubmission(body), (errors) =>
      errors === undefined ? ack() : ack({ response_action: "errors", errors: { ...errors } }),
    ),
  );
  app.shortcut(/./, async ({ body }) => listeners.happened(readShortcut(body)));

  const words = (body: EnvelopedEvent): void => {
    const event = readWords(body, deps.commands);
    if (event) listeners.happened(event);
  };
  app.event("app_mention", async ({ event, body }) => {
    if (event.bot_id === undefined) words(body);
  });
  app.event("message", async ({ event, body }) => {
    const written = event.subtype === undefined || event.subtype === "file_share";
    if (event.channel_type === "im" && written && !("bot_id" in event && event.bot_id !== undefined)) words(body);
  });
  app.event("function_executed", async ({ event, body }) => {
    if (event.function.callback_id !== STEP_ID) return;
    const step = readStep(body);
    if (step) listeners.happened(step);
    else log.warn("a workflow's step without a person", { execution: event.function_execution_id });
  });
  app.event("app_home_opened", async ({ event, body }) => {
    if (event.tab === "home") listeners.homeOpened(readHomeVisit(body, event.user));
  });
  app.event("app_uninstalled", async ({ context }) => listeners.uninstalled(workspaceOf(context)));
  app.event("tokens_revoked", async ({ event, context }) => {
    if ((event.tokens.bot ?? []).length > 0) listeners.uninstalled(workspaceOf(context));
  });
  return app;
}

function workspaceOf(context: {
  readonly teamId?: string | undefined;
  readonly enterpriseId?: string | undefined;
  readonly isEnterpriseInstall: boolean;
}): Workspace {
  return {
    team: context.teamId ?? "",
    enterprise: context.enterpriseId ?? null,
    orgWide: context.isEnterpriseInstall,
  };
}
