import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HTTPReceiver, type App, type Receiver } from "@slack/bolt";
import type { Logger } from "../../core/logger.ts";
import type { KeyValueStore } from "../../core/stores.ts";
import type { Workspace } from "./address.ts";
import { createBoltLogger } from "./bolt-logger.ts";
import { createInstallations, stateSecretOf } from "./installations.ts";
import { BOT_SCOPES, OPTIONAL_SCOPES } from "./manifest.ts";

/** Where Slack's requests and people who install the app come in. */
export interface HttpSettings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Signs every request; absent where events come by sockets and only installations by HTTP. */
  readonly signingSecret?: string;
  readonly oauth?: OauthSettings;
}

/** One app in many workspaces: each installs it, and has a token of its own. */
export interface OauthSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** 32 bytes that encrypt the tokens. */
  readonly key: Buffer;
}

export interface HttpEndpoint extends Receiver {
  start(): Promise<number>;
  stop(): Promise<void>;
  listening(): boolean;
  /** The bot's token in a workspace, renewed where tokens rotate; rejects where the app is not installed. */
  tokenOf(workspace: Workspace): Promise<string>;
  /** A workspace, or an organisation, has removed the app. */
  uninstalled(workspace: Workspace): Promise<void>;
}

const EVENTS_PATH = "/slack/events";
const TIMEOUT_MS = 10_000;

/** Bolt's HTTP receiver: signed events at /slack/events, installation at /slack/install. */
export function createHttpEndpoint(
  deps: HttpSettings & { readonly apiUrl: string; readonly store: KeyValueStore; readonly log: Logger },
): HttpEndpoint {
  const { oauth, signingSecret } = deps;
  const installations = oauth && createInstallations(deps.store, oauth.key);
  const receiver = new HTTPReceiver({
    // Bolt wants one also where no events come this way.
    signingSecret: signingSecret ?? "no events by HTTP",
    endpoints: signingSecret === undefined ? [] : [EVENTS_PATH],
    logger: createBoltLogger(deps.log),
    ...(oauth && installations
      ? {
          clientId: oauth.clientId,
          clientSecret: oauth.clientSecret,
          stateSecret: stateSecretOf(oauth.key),
          scopes: [...BOT_SCOPES, ...OPTIONAL_SCOPES],
          installationStore: installations,
        }
      : {}),
    installerOptions: {
      directInstall: true,
      authorizationUrl: new URL("../oauth/v2/authorize", deps.apiUrl).href,
      clientOptions: { slackApiUrl: deps.apiUrl, timeout: TIMEOUT_MS, retryConfig: { retries: 1 } },
    },
  });
  let server: Server | undefined;

  return {
    init: (app: App) => receiver.init(app),
    async start() {
      server = await receiver.start({ host: deps.host, port: deps.port });
      return (server.address() as AddressInfo).port;
    },
    async stop() {
      if (!server) return;
      const stopped = receiver.stop();
      // Every request was answered at once: what is open is idle or too slow.
      server.closeAllConnections();
      server = undefined;
      await stopped;
    },
    listening: () => server?.listening ?? false,
    async tokenOf({ team, enterprise, orgWide }) {
      if (!receiver.installer) throw new Error("no workspace can install this app");
      const { botToken } = await receiver.installer.authorize({
        teamId: team,
        enterpriseId: enterprise ?? undefined,
        isEnterpriseInstall: orgWide,
      });
      if (botToken === undefined) throw new Error("the app was installed without a bot");
      return botToken;
    },
    async uninstalled({ team, enterprise, orgWide }) {
      await installations?.deleteInstallation({
        teamId: team,
        enterpriseId: enterprise ?? undefined,
        isEnterpriseInstall: orgWide,
      });
    },
  };
}
