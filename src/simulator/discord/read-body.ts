import type { IncomingMessage } from "node:http";
import createBusboy from "busboy";
import { discordError } from "./discord-error.ts";
import type { UploadedFile } from "./discord-simulator.ts";

export interface RequestBody {
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
  /** Form fields that Discord does not know. */
  readonly strayFields: readonly string[];
}

/** Reads JSON, or a form with `payload_json` and files. Throws 40005 above `limitBytes` and 50109 for what is not JSON. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<RequestBody> {
  const type = request.headers["content-type"] ?? "";
  return type.startsWith("multipart/form-data") ? readForm(request, limitBytes) : readJson(request, limitBytes);
}

async function readJson(request: IncomingMessage, limitBytes: number): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limitBytes) chunks.push(chunk);
  }
  if (bytes > limitBytes) throw discordError(40005);
  const text = Buffer.concat(chunks).toString("utf8");
  return { body: text === "" ? undefined : parseJson(text), files: [], strayFields: [] };
}

function readForm(request: IncomingMessage, limitBytes: number): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const files: UploadedFile[] = [];
    const fields = new Map<string, string>();
    let bytes = 0;
    const form = createBusboy({ headers: request.headers, defParamCharset: "utf8", limits: { fieldSize: limitBytes } });

    form.on("file", (field, stream, { filename, mimeType }) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= limitBytes) chunks.push(chunk);
      });
      stream.on("end", () =>
        files.push({ field, filename: filename ?? "", contentType: mimeType, bytes: Buffer.concat(chunks) }),
      );
    });
    form.on("field", (name, value) => fields.set(name, value));
    form.on("error", reject);
    request.on("error", reject);
    request.on("aborted", () => reject(new Error("the client went away in the middle of its upload")));
    form.on("close", () => {
      if (bytes > limitBytes) return reject(discordError(40005));
      const payload = fields.get("payload_json");
      const strayFields = [...fields.keys()].filter((name) => name !== "payload_json");
      try {
        resolve({ body: payload === undefined ? {} : parseJson(payload), files, strayFields });
      } catch (error) {
        reject(error);
      }
    });
    request.pipe(form);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw discordError(50109);
    throw error;
  }
}
