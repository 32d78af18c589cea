import { createServer, type ListenOptions, Server } from "node:net";
import { createEmulator, type Emulator } from "emulate";

/** The app that both Slacks know. */
export const APP = {
  clientId: "1.2",
  clientSecret: "secret of both",
  redirectUri: "http://127.0.0.1:9/back",
  scopes: [
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "files:read",
    "files:write",
    "im:history",
    "im:read",
    "im:write",
    "team:read",
    "users:read",
  ],
} as const;

/** Starts emulate's Slack on a free port of 127.0.0.1; by itself it would listen on all interfaces. */
export async function openEmulate(): Promise<Emulator> {
  const port = await freePort();
  // oxlint-disable-next-line typescript/unbound-method -- called with a server as `this`
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    const callback = args.find((one) => typeof one === "function") as (() => void) | undefined;
    const options: ListenOptions = { port, host: "127.0.0.1" };
    return listen.call(this, options, callback);
  } as typeof listen;
  try {
    return await createEmulator({
      service: "slack",
      port,
      seed: {
        slack: {
          strict_scopes: true,
          users: [{ name: "alice", real_name: "Alice", email: "alice@example.com" }],
          channels: [{ name: "general" }],
          oauth_apps: [
            {
              client_id: APP.clientId,
              client_secret: APP.clientSecret,
              name: "Easel",
              bot_name: "easel",
              redirect_uris: [APP.redirectUri],
              scopes: APP.scopes,
            },
          ],
        },
      },
    });
  } finally {
    Server.prototype.listen = listen;
  }
}

/** A code for the app, as its installer gets it: emulate asks a person first, by a form. */
export async function authorizeAtEmulate(url: string, scopes: readonly string[]): Promise<string> {
  const query = new URLSearchParams({
    client_id: APP.clientId,
    scope: scopes.join(","),
    redirect_uri: APP.redirectUri,
    state: "s",
  });
  const page = await (await fetch(`${url}/oauth/v2/authorize?${query.toString()}`)).text();
  const userId = /name="user_id" value="([^"]+)"/.exec(page)![1]!;
  query.set("user_id", userId);
  const done = await fetch(`${url}/oauth/v2/authorize/callback`, { method: "POST", body: query, redirect: "manual" });
  return new URL(done.headers.get("location")!).searchParams.get("code")!;
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
