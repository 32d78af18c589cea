import { constants, createDeflate } from "node:zlib";
import type { WebSocket } from "ws";

/** Sends text in the transport that a client asked for: plain, or one zlib stream over the whole connection (`compress=zlib-stream`). */
export function createGatewayTransport(socket: WebSocket, compressed: boolean): (text: string) => void {
  if (!compressed) return (text) => socket.send(text);
  const deflate = createDeflate();
  let chunks: Buffer[] = [];
  deflate.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("close", () => deflate.close());

  return (text) => {
    deflate.write(text);
    deflate.flush(constants.Z_SYNC_FLUSH, () => {
      const frame = Buffer.concat(chunks);
      chunks = [];
      if (frame.length > 0 && socket.readyState === socket.OPEN) socket.send(frame);
    });
  };
}
