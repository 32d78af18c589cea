import type { DiscordSimulator, UploadedFile } from "../../../src/simulator/discord/discord-simulator.ts";

export interface RestReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body if it is JSON. */
  readonly json: Record<string, unknown> | undefined;
}

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  files?: readonly UploadedFile[],
) => Promise<RestReply>;

/** Sends requests as a bot would, with nothing in between that could mend them. */
export function createRestClient(discord: DiscordSimulator): Call {
  return async (method, path, body, files = []) => {
    const headers: Record<string, string> = { authorization: `Bot ${discord.token}` };
    let sent: FormData | string | undefined;
    if (files.length > 0) {
      const form = new FormData();
      form.set("payload_json", JSON.stringify(body));
      for (const { field, filename, bytes, contentType } of files)
        form.set(field, new Blob([new Uint8Array(bytes)], { type: contentType }), filename);
      sent = form;
    } else if (body !== undefined) {
      headers["content-type"] = "application/json";
      sent = typeof body === "string" ? body : JSON.stringify(body);
    }
    const reply = await fetch(`${discord.apiUrl}/v10${path}`, { method, headers, ...(sent ? { body: sent } : {}) });
    const text = await reply.text();
    const isJson = reply.headers.get("content-type") === "application/json";
    const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : undefined;
    return { status: reply.status, headers: reply.headers, text, json };
  };
}

/** A reply's status and Discord's code. */
export function outcome({ status, json }: RestReply): [status: number, code: unknown] {
  return [status, json?.["code"]];
}

/** A file in a form; by default files[0], a.png, of a few bytes. */
export function upload(about: Partial<UploadedFile> = {}): UploadedFile {
  return { field: "files[0]", filename: "a.png", contentType: "image/png", bytes: Buffer.from("a"), ...about };
}
