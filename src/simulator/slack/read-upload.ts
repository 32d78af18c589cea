import type { IncomingHttpHeaders } from "node:http";
import createBusboy from "busboy";

/** The uploaded bytes of a body: all of it, or the first file of a form, whatever its field is called. Rejects for a broken form. */
export function readUpload(headers: IncomingHttpHeaders, body: Buffer): Promise<Buffer> {
  if (!(headers["content-type"] ?? "").startsWith("multipart/form-data")) return Promise.resolve(body);
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    const form = createBusboy({ headers });
    form.on("file", (_field, stream) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => (first ??= Buffer.concat(chunks)));
    });
    form.on("error", reject);
    form.on("close", () => resolve(first ?? Buffer.alloc(0)));
    form.end(body);
  });
}
