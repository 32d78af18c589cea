import { App, type AuthorizeResult, type Receiver, type ReceiverEvent, type ViewSubmitAction } from "@slack/bolt";
import type { Logger } from "../../core/logger.ts";
import type { Workspace } from "./address.ts";
import { createBoltLogger } from "./bolt-logger.ts";
import { readEvent, readHomeVisit, type SlackEvent } from "./read-events.ts";
import { REVEAL_PREFIX } from "./render-message.ts";
import { STEP_ID } from "./workflow-steps.ts";

/** What happens in Slack, in our words. Everything but a form was acknowledged before it gets here. */
export interface SlackListeners {
  /** Something is about to be acknowledged: until this resolves, it is not. */
  promised(event: SlackEvent): Promise<void>;
  /** It went through, whether anybody took it or not. */
  handed(event: SlackEvent): void;
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
  const eventOf = (body: ReceiverEvent["body"]) => readEvent(body, deps.commands);
  const app = new App({
    receiver: keepingPromises(deps.receiver, eventOf, listeners),
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

  const happened = async ({ body }: { readonly body: object }): Promise<void> => {
    const event = eventOf({ ...body });
    const file = event && revealedFile(event);
    if (file !== undefined) listeners.revealed(event!, file);
    else if (event) listeners.happened(event);
  };
  app.command(/./, happened);
  app.action({ action_id: /./, type: "block_actions" }, happened);
  app.shortcut(/./, happened);
  app.event("app_mention", happened);
  app.event("message", happened);
  app.event("function_executed", async ({ event, body }) => {
    if (event.function.callback_id === STEP_ID && !eventOf(body))
      log.warn("a workflow's step without a person", { execution: event.function_execution_id });
    await happened({ body });
  });
  app.view<ViewSubmitAction>({ callback_id: /./, type: "view_submission" }, async ({ body, ack }) => {
    const event = eventOf({ ...body });
    if (!event) return ack();
    listeners.sent(event, (errors) =>
      errors === undefined ? ack() : ack({ response_action: "errors", errors: { ...errors } }),
    );
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

/** Every event is acknowledged after it was promised; what it starts is in `listeners`. */
function keepingPromises(
  receiver: Receiver,
  eventOf: (body: ReceiverEvent["body"]) => SlackEvent | undefined,
  listeners: Pick<SlackListeners, "promised" | "handed">,
): Receiver {
  return {
    init(app) {
      const processEvent = async ({ ack, ...received }: ReceiverEvent): Promise<void> => {
        const event = eventOf(received.body);
        const kept = event && revealedFile(event) === undefined ? event : undefined;
        try {
          await app.processEvent({
            ...received,
            async ack(response) {
              if (kept) await listeners.promised(kept);
              await ack(response);
            },
          });
        } finally {
          // Also where the acknowledgement met a closed socket: Slack was promised nothing.
          if (kept) listeners.handed(kept);
        }
      };
      receiver.init(Object.create(app, { processEvent: { value: processEvent } }) as App);
    },
    start: (...options) => receiver.start(...options),
    stop: (...options) => receiver.stop(...options),
  };
}

/** The file that a press wants to show: no answer is promised for it. */
function revealedFile({ happening }: SlackEvent): string | undefined {
  if (happening.kind !== "button" || !happening.buttonId.startsWith(REVEAL_PREFIX)) return undefined;
  return happening.buttonId.slice(REVEAL_PREFIX.length);
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
