import { createHmac } from "node:crypto";
import { createServer, type AddressInfo } from "node:net";

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}

/** The headers with which Slack would send a form, `ageS` seconds ago. */
export function signed(secret: string, body: string, ageS = 0): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000) - ageS);
  const signature = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
  return {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": `v0=${signature}`,
  };
}
