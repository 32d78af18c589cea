import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A repository of the loopback hub: content by path. */
export interface FakeRepo {
  readonly files: Readonly<Record<string, Buffer>>;
  readonly licence?: string;
  /** Asks for this token. */
  readonly token?: string;
}

/** How downloads misbehave; counts down with use. */
export interface FakeHubFaults {
  /** Cut connections after so many bytes of the body, one entry a connection. */
  cutAfter?: number[];
  /** Answer with these statuses first. */
  statuses?: number[];
  /** Send another content of the same size, so many times. */
  spoilt?: number;
  /** Ignore range requests. */
  noRanges?: boolean;
}

export interface FakeHub {
  readonly endpoint: string;
  readonly faults: FakeHubFaults;
  /** What was asked of the file store: path, range, whether it came with a token. */
  readonly downloads: { path: string; range: string | undefined; hasToken: boolean }[];
  stop(): Promise<void>;
}

export const FAKE_COMMIT = "0123456789abcdef0123456789abcdef01234567";
/** Larger files are in LFS. */
const LFS_BYTES = 1000;
const PAGE_ENTRIES = 3;
const CUT_AFTER_MS = 50;

/**
 * The parts of the Hugging Face hub's API that pulling a model uses, on the loopback: model information, paged tree, resolve with a
 * redirect to a file store on another origin for LFS files.
 */
export async function startFakeHub(repos: Readonly<Record<string, FakeRepo>>): Promise<FakeHub> {
  const faults: FakeHubFaults = {};
  const downloads: FakeHub["downloads"] = [];
  const store = await listen((request, response) => {
    const url = new URL(request.url!, "http://store");
    const [, name, ...rest] = url.pathname.split("/");
    const file = repos[decodeURIComponent(name!)]!.files[rest.map(decodeURIComponent).join("/")]!;
    sendFile(request, response, rest.join("/"), file);
  });
  const hub = await listen((request, response) => {
    const url = new URL(request.url!, "http://hub");
    const found = Object.keys(repos).find((name) => url.pathname.includes(`/${name}/`));
    const repo = found === undefined ? undefined : repos[found]!;
    if (!repo) return sendJson(response, 404, { error: "Repository not found" });
    if (repo.token !== undefined && request.headers.authorization !== `Bearer ${repo.token}`)
      return sendJson(response, 401, { error: "Access to this model is restricted" });
    const path = url.pathname.slice(url.pathname.indexOf(found!) + found!.length + 1);
    if (url.pathname.startsWith("/api/") && path.startsWith("revision/")) {
      const revision = path.slice("revision/".length);
      if (!["main", FAKE_COMMIT].includes(revision)) return sendJson(response, 404, { error: "Invalid rev id" });
      return sendJson(response, 200, { _id: "1", id: found, sha: FAKE_COMMIT, cardData: { license: repo.licence } });
    }
    if (url.pathname.startsWith("/api/")) return sendTree(response, url, repo);
    const file = decodeURIComponent(path.slice(`resolve/${FAKE_COMMIT}/`.length));
    const content = repo.files[file];
    if (!content) return sendJson(response, 404, { error: "Entry not found" });
    if (content.length <= LFS_BYTES) return sendFile(request, response, file, content);
    const location = `${originOf(store)}/${encodeURIComponent(found!)}/${file}`;
    response.writeHead(302, { location }).end();
  });

  function sendTree(response: ServerResponse, url: URL, repo: FakeRepo): void {
    const entries = Object.entries(repo.files).map(([path, content]) => ({
      type: "file",
      path,
      ...(content.length > LFS_BYTES
        ? {
            size: content.length,
            oid: "pointer",
            lfs: { oid: sha256(content), size: content.length, pointerSize: 130 },
          }
        : { size: content.length, oid: gitId(content) }),
    }));
    const start = Number(url.searchParams.get("cursor") ?? 0);
    const next = start + PAGE_ENTRIES;
    if (next < entries.length) {
      url.searchParams.set("cursor", String(next));
      response.setHeader("Link", `<${originOf(hub)}${url.pathname}${url.search}>; rel="next"`);
    }
    sendJson(response, 200, entries.slice(start, next));
  }

  function sendFile(request: IncomingMessage, response: ServerResponse, path: string, content: Buffer): void {
    const { range } = request.headers;
    downloads.push({ path, range, hasToken: request.headers.authorization !== undefined });
    const status = faults.statuses?.shift();
    if (status !== undefined) return void response.writeHead(status).end();
    const start = range === undefined || faults.noRanges ? 0 : Number(/bytes=(\d+)-/.exec(range)![1]);
    const spoilt = (faults.spoilt ?? 0) > 0 && path.endsWith(".onnx");
    if (spoilt) faults.spoilt!--;
    const body = (spoilt ? Buffer.alloc(content.length) : content).subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      "Content-Length": body.length,
      ...(start > 0 ? { "Content-Range": `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
    });
    const cut = path.endsWith(".onnx") ? faults.cutAfter?.shift() : undefined;
    if (cut === undefined || cut >= body.length) return void response.end(body);
    response.flushHeaders();
    response.write(body.subarray(0, cut));
    // What was sent shall arrive before the connection breaks.
    setTimeout(() => request.socket.destroy(), CUT_AFTER_MS);
  }

  return {
    endpoint: originOf(hub),
    faults,
    downloads,
    stop: async () => {
      await Promise.all([close(hub), close(store)]);
    },
  };
}

function listen(serve: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(serve);
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function gitId(content: Buffer): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
