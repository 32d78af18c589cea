import type { IncomingMessage } from "node:http";
import createBusboy from "busboy";

/** The bytes of an upload: the whole body, or the first file of a form, whatever its field is called. */
export async function readUpload(request: IncomingMessage): Promise<Buffer> {
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    const form = createBusboy({ headers: request.headers });
    form.on("file", (_field, stream) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => (first ??= Buffer.concat(chunks)));
    });
    form.on("error", reject);
    request.on("aborted", () => reject(new Error("the client went away in the middle of its upload")));
    form.on("close", () => resolve(first ?? Buffer.alloc(0)));
    request.pipe(form);
  });
}
