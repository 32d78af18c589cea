import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { fetchUpload as fetchBytes, UPLOAD_HOSTS, type FetchUploadOptions } from "../../src/images/fetch-upload.ts";
import { readPicture } from "../../src/images/read-picture.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const red = { width: 4, height: 3, channels: 3, background: { r: 200, g: 10, b: 10 } } as const;
const png = await sharp({ create: red }).png().toBuffer();

/** A server on this machine for one test; its origin. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const picture: RequestListener = (_, response) => void response.end(png);
const redirect = (response: ServerResponse, location: string) => void response.writeHead(302, { location }).end();

function options(hosts: readonly string[], more: Partial<FetchUploadOptions> = {}): FetchUploadOptions {
  return { hosts, clock: createFakeClock(), ...more };
}

/** As the program goes on with what was fetched. */
const fetchUpload = async (url: string, given: FetchUploadOptions) =>
  readPicture(await fetchBytes(url, given), "the picture", given.limits);

/** Fails the test when it is used. */
const noFetch: typeof globalThis.fetch = () => Promise.reject(new Error("the network was asked"));

describe("fetchUpload", () => {
  it("fetches and decodes a picture", async () => {
    const origin = await serve(picture);

    const fetched = await fetchUpload(`${origin}/a/b.png?ex=1`, options([origin]));

    expect(fetched).toMatchObject({ widthPx: 4, heightPx: 3, channels: 3 });
    expect(Array.from(fetched.data.subarray(0, 3))).toEqual([200, 10, 10]);
  });

  it("leaves no timer behind", async () => {
    const origin = await serve(picture);
    const clock = createFakeClock();

    await fetchUpload(origin, options([origin], { clock }));

    expect(clock.pending()).toBe(0);
  });

  it.each([
    "http://cdn.discordapp.com/a.png",
    "https://cdn.discordapp.com:8443/a.png",
    "https://cdn.discordapp.com.evil.example/a.png",
    "https://cdn.discordapp.com@evil.example/a.png",
    "https://user:secret@cdn.discordapp.com/a.png",
    "https://cdn.discordapp.com./a.png",
    "https://evil.example/cdn.discordapp.com",
    "https://discordapp.com/a.png",
    "http://127.0.0.1/a.png",
    "http://localhost:3000/a.png",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/a.png",
    "http://[::ffff:127.0.0.1]/a.png",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://10.0.0.1/a.png",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "ftp://files.slack.com/a.png",
    "//evil.example/a.png",
    "not an address",
    "",
  ])("asks nobody for %s", async (url) => {
    const outcome = fetchUpload(url, { clock: createFakeClock(), fetch: noFetch });

    await expect(outcome).rejects.toMatchObject({ code: "upload-host" });
  });

  it.each(UPLOAD_HOSTS)("asks %s over https", async (host) => {
    const asked: string[] = [];
    const fetch = async (url: Parameters<typeof globalThis.fetch>[0]) => {
      asked.push(String(url instanceof Request ? url.url : url));
      return new Response(Uint8Array.from(png));
    };

    await fetchUpload(`https://${host}/a.png`, { clock: createFakeClock(), fetch });

    expect(asked).toEqual([`https://${host}/a.png`]);
  });

  it("follows redirects between allowed hosts, up to three", async () => {
    const origin = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end(png);
      else redirect(response, `/${left - 1}`);
    });

    await expect(fetchUpload(`${origin}/3`, options([origin]))).resolves.toMatchObject({ widthPx: 4 });
    await expect(fetchUpload(`${origin}/4`, options([origin]))).rejects.toThrow("redirected more than 3 times");
  });

  it("follows no redirect to another host", async () => {
    let reached = 0;
    const inside = await serve((_, response) => {
      reached += 1;
      response.end(png);
    });
    for (const target of [inside, "http://169.254.169.254/", "file:///etc/passwd", `//127.0.0.1:1/`]) {
      const origin = await serve((_, response) => redirect(response, target));

      await expect(fetchUpload(origin, options([origin]))).rejects.toMatchObject({ code: "upload-host" });
    }

    expect(reached).toBe(0);
  });

  it("gives its headers to the first host alone", async () => {
    const seen: (string | undefined)[] = [];
    const second = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end(png);
    });
    const first = await serve((request, response) => {
      seen.push(request.headers.authorization);
      redirect(response, second);
    });

    await fetchUpload(first, options([first, second], { headers: { authorization: "Bearer sentinel" } }));

    expect(seen).toEqual(["Bearer sentinel", undefined]);
  });

  it("stops an endless body at the limit", async () => {
    const part = new Uint8Array(64 * 1024);
    let sent = 0;
    const origin = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(part)) sent += part.length;
      };
      response.on("drain", more);
      more();
    });
    const limits = { maxBytes: 2 ** 20, maxPixels: 1e6 };

    const outcome = fetchUpload(origin, options([origin], { limits }));

    await expect(outcome).rejects.toThrow("it has more than 1.0 MiB");
    expect(sent).toBeLessThan(32 * 2 ** 20);
  });

  it("stops what unpacks to more than the limit", async () => {
    const bomb = gzipSync(new Uint8Array(20 * 2 ** 20));
    const origin = await serve((_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb));

    const outcome = fetchUpload(origin, options([origin], { limits: { maxBytes: 2 ** 20, maxPixels: 1e6 } }));

    expect(bomb.length).toBeLessThan(2 ** 20);
    await expect(outcome).rejects.toThrow("it has more than 1.0 MiB");
  });

  it("does not begin with what is announced as too large", async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { "content-length": String(2 ** 30) });
      response.write("x");
    });

    await expect(fetchUpload(origin, options([origin]))).rejects.toThrow("it has more than 25.0 MiB");
  });

  it.each([
    ["fewer", png.length - 20],
    ["more", png.length + 20],
  ])("notices that a server announced %s bytes than there are", async (_, announced) => {
    const origin = await serve((_request, response) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\ncontent-length: ${announced}\r\nconnection: close\r\n\r\n`);
      response.socket?.end(png);
    });

    const outcome = fetchUpload(origin, options([origin]));

    await expect(outcome).rejects.toMatchObject({
      code: expect.stringMatching(/^(upload-failed|picture-unreadable)$/),
    });
  });

  it.each([
    ["a page", "<html></html>", "image/png"],
    ["an SVG", "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"],
    ["nothing", "", "image/png"],
    ["half a picture", png.subarray(0, png.length - 30), "image/png"],
  ])("does not take %s for a picture, whatever its type says", async (_, body, type) => {
    const origin = await serve(
      (_request, response) => void response.writeHead(200, { "content-type": type }).end(body),
    );

    await expect(fetchUpload(origin, options([origin]))).rejects.toMatchObject({ code: "picture-unreadable" });
  });

  it("reads a picture whose declared type is wrong", async () => {
    const origin = await serve((_, response) => void response.writeHead(200, { "content-type": "text/html" }).end(png));

    await expect(fetchUpload(origin, options([origin]))).resolves.toMatchObject({ widthPx: 4 });
  });

  it.each(["before the headers", "in the middle of the body"])("gives up a server that stops %s", async (when) => {
    let started!: () => void;
    const asked = new Promise<void>((resolve) => (started = resolve));
    const origin = await serve((_, response) => {
      if (when !== "before the headers") response.write(png.subarray(0, 10));
      started();
    });
    const clock = createFakeClock();

    const outcome = fetchUpload(origin, options([origin], { clock, timeoutMs: 5000 }));
    const judged = expect(outcome).rejects.toThrow("it took longer than 5 s");
    await asked;
    await clock.advance(5000);

    await judged;
  });

  it.each([404, 403, 500, 304])("says that its server answered %i", async (status) => {
    const origin = await serve((_, response) => void response.writeHead(status).end());

    await expect(fetchUpload(origin, options([origin]))).rejects.toThrow(`its server says ${status}`);
  });

  it("says that nobody is there", async () => {
    const origin = await serve((request) => void request.socket.destroy());

    await expect(fetchUpload(origin, options([origin]))).rejects.toThrow("the connection to its server broke off");
  });
});
