import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createCallbackPoster } from "../../../src/platforms/discord/post-callback.ts";
import { faultOf } from "../../../src/platforms/discord/rest-faults.ts";

/** A server of one answer, and how many connections it got. */
async function serve(listener: RequestListener) {
  let connections = 0;
  const server = createServer(listener).listen(0, "127.0.0.1");
  server.on("connection", () => (connections += 1));
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v10/interactions/1/t/callback`;
  return { url, connections: () => connections };
}

function respond(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestListener {
  return (_, response) => {
    response.writeHead(status, headers);
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

const { signal } = new AbortController();

describe("an acknowledgement on its way", () => {
  it("is JSON, and its answer's headers come back", async () => {
    let heard = "";
    const { url } = await serve((request, response) => {
      request.setEncoding("utf8").on("data", (chunk: string) => (heard += chunk));
      request.on("end", () => response.writeHead(204, { "x-seen": String(request.headers["content-type"]) }).end());
    });

    const headers = await createCallbackPoster()({ url, body: { type: 5 }, signal });

    expect(JSON.parse(heard)).toEqual({ type: 5 });
    expect(headers["x-seen"]).toBe("application/json");
  });

  it("uses a connection again", async () => {
    const { url, connections } = await serve(respond(200, {}));
    const post = createCallbackPoster();

    for (let i = 0; i < 5; i++) await post({ url, body: { type: 5 }, signal });

    expect(connections()).toBe(1);
  });

  it.each([
    ["404 of Discord", respond(404, { code: 10062, message: "Unknown interaction" }), { kind: "refused", code: 10062 }],
    ["401", respond(401, { code: 0, message: "401: Unauthorized" }), { kind: "unauthorized", code: 0 }],
    ["400 without JSON", respond(400, "<html>"), { kind: "refused", code: 0 }],
    ["502", respond(502, "<html>"), { kind: "down" }],
    ["429 with a time", respond(429, {}, { "retry-after": "1" }), { kind: "limited" }],
    ["429 of the edge", respond(429, "error code: 1015"), { kind: "limited" }],
    ["broken connection", ((request) => request.socket.destroy()) satisfies RequestListener, { kind: "lost" }],
  ] as const)("that meets a %s is rejected as the stock client does", async (_, listener, fault) => {
    const { url } = await serve(listener);

    const error: unknown = await createCallbackPoster()({ url, body: {}, signal }).catch((reason: unknown) => reason);

    expect(faultOf(error)).toEqual(fault);
  });

  it("that is not answered ends with its signal", async () => {
    const { url } = await serve(() => {});
    const controller = new AbortController();

    const posted = createCallbackPoster()({ url, body: {}, signal: controller.signal });
    controller.abort();

    await expect(posted).rejects.toThrow("abort");
  });

  it("to nobody is told apart", async () => {
    const error: unknown = await createCallbackPoster()({ url: "http://127.0.0.1:9/", body: {}, signal }).catch(
      (reason: unknown) => reason,
    );

    expect(faultOf(error)).toEqual({ kind: "unsent" });
  });
});
