import { open } from "node:fs/promises";

/** `length` bytes of a file from `offset` on. Throws an Error where it ends before. */
export async function readPart(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    if (bytesRead < length) throw new Error(`${path} ends before byte ${offset + length}`);
    return buffer;
  } finally {
    await file.close();
  }
}
