import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import { UPLOAD_LIMITS, type ReadLimits } from "./read-picture.ts";

/** Where the chat services keep what people upload. Everything else is somebody else's server, or our own network. */
export const UPLOAD_HOSTS: readonly string[] = ["cdn.discordapp.com", "media.discordapp.net", "files.slack.com"];

const MAX_REDIRECTS = 3;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
export const UPLOAD_TIMEOUT_MS = 20_000;

export interface FetchUploadOptions {
  /**
   * What may be asked: a host name stands for https on its usual port; an origin such as http://127.0.0.1:3000 (a simulator's) for exactly
   * that. Default: UPLOAD_HOSTS.
   */
  readonly hosts?: readonly string[];
  /** Sent to the address's own origin, never to where it redirects: Slack wants the bot's token. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly limits?: ReadLimits;
  /** For everything from the first byte asked to the last one read. */
  readonly timeoutMs?: number;
  readonly clock: Clock;
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Fetches a file that somebody uploaded to a chat service. Neither the address nor what the server says about the file is believed: hosts
 * are checked at every redirect, bytes are counted while they arrive. What the file is, its bytes say (see readPicture). Rejects with UserError upload-host, upload-failed.
 */
export async function fetchUpload(url: string, options: FetchUploadOptions): Promise<Uint8Array> {
  const { timeoutMs = UPLOAD_TIMEOUT_MS, limits = UPLOAD_LIMITS } = options;
  const timeout = new AbortController();
  const cancel = options.clock.after(timeoutMs, () => timeout.abort());
  try {
    return await download(url, options, limits, timeout.signal);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = timeout.signal.aborted
      ? `it took longer than ${timeoutMs / 1000} s`
      : "the connection to its server broke off";
    throw new UserError("upload-failed", { reason }, { cause: error });
  } finally {
    cancel();
    // Whatever has not been read is not read any more.
    timeout.abort();
  }
}

async function download(
  url: string,
  { hosts = UPLOAD_HOSTS, headers = {}, fetch = globalThis.fetch }: FetchUploadOptions,
  { maxBytes }: ReadLimits,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const first = checkAddress(url, hosts);
  let address = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const own = address.origin === first.origin ? headers : {};
    const response = await fetch(address, { redirect: "manual", signal, headers: own });
    if (response.ok) return readBody(response, maxBytes);
    const location = REDIRECTS.includes(response.status) ? response.headers.get("location") : null;
    if (location === null) throw failed(`its server says ${response.status}`);
    address = checkAddress(location, hosts, address);
  }
  throw failed(`it is redirected more than ${MAX_REDIRECTS} times`);
}

/** Throws UserError upload-host for every address that is not at one of the hosts. */
function checkAddress(url: string, hosts: readonly string[], base?: URL): URL {
  const allowed = hosts.map((host) => new URL(host.includes("://") ? host : `https://${host}`).origin);
  const refuse = (host: string): UserError =>
    new UserError("upload-host", { hosts: hosts.join(", "), host: host.slice(0, 100) });
  if (!URL.canParse(url, base?.href)) throw refuse("no address");
  const address = new URL(url, base);
  if (!allowed.includes(address.origin) || address.username + address.password !== "") throw refuse(address.host);
  return address;
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = `it has more than ${(maxBytes / 2 ** 20).toFixed(1)} MiB`;
  if (Number(response.headers.get("content-length")) > maxBytes) throw failed(tooLarge);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    // What is announced and what is compressed say nothing about what arrives.
    if (bytes > maxBytes) throw failed(tooLarge);
    parts.push(part);
  }
  return Buffer.concat(parts, bytes);
}

function failed(reason: string): UserError {
  return new UserError("upload-failed", { reason });
}
