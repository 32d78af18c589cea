import { HEALTHY } from "../../src/core/health.ts";
import type { Interaction } from "../../src/core/interaction.ts";
import type { Message, StatusUpdate } from "../../src/core/message.ts";
import type { DeliveryOutcome, Platform, PlatformLimits, ReplyAddress } from "../../src/core/platform.ts";

const LIMITS: PlatformLimits = {
  attachmentBytes: 10 * 1024 ** 2,
  attachmentsPerMessage: 10,
  altTextChars: 1024,
  messageChars: 2000,
  buttonsPerRow: 5,
  buttonIdChars: 100,
  imageTypes: ["image/png", "image/webp", "image/jpeg"],
};

export interface Posted {
  readonly key: string;
  readonly address: ReplyAddress;
  readonly message: Message;
}

export interface FakePlatform extends Required<Platform> {
  /** The messages people see: one per key, whatever was tried. */
  readonly posted: readonly Posted[];
  /** Keys of all attempts, in order. */
  readonly attempts: readonly string[];
  readonly statuses: readonly { readonly address: ReplyAddress; readonly update: StatusUpdate }[];
  /** Gives an interaction to whoever has started the platform. */
  feed(interaction: Interaction): Promise<void>;
  /** Decides what the following attempts come to; throwing is a service that is down. By default all are delivered. */
  answerWith(answer: (key: string) => DeliveryOutcome | Promise<DeliveryOutcome>): void;
}

/** A chat service in memory that, as the contract asks, never shows the same key twice. */
export function createFakePlatform(name = "fake"): FakePlatform {
  const posted: Posted[] = [];
  const attempts: string[] = [];
  const statuses: { address: ReplyAddress; update: StatusUpdate }[] = [];
  let answer: (key: string) => DeliveryOutcome | Promise<DeliveryOutcome> = delivered;
  let handle: ((interaction: Interaction) => Promise<void>) | undefined;

  async function deliver(address: ReplyAddress, message: Message, key: string): Promise<DeliveryOutcome> {
    attempts.push(key);
    const outcome = await answer(key);
    if (outcome.state === "delivered" && !posted.some((one) => one.key === key)) posted.push({ key, address, message });
    return outcome;
  }

  return {
    name,
    uploads: { from: "hosts", hosts: ["files.example"] },
    posted,
    attempts,
    statuses,
    limitsAt: () => LIMITS,
    health: () => HEALTHY,
    async start(handler) {
      handle = handler;
    },
    async stop() {
      handle = undefined;
    },
    async feed(interaction) {
      if (!handle) throw new Error(`${name} is not started`);
      await handle(interaction);
    },
    answerWith(next) {
      answer = next;
    },
    showStatus(address, update) {
      statuses.push({ address, update });
    },
    deliver,
    post: deliver,
    async withdraw(_address, key) {
      const index = posted.findIndex((one) => one.key === key);
      if (index >= 0) posted.splice(index, 1);
      return index >= 0;
    },
  };
}

function delivered(): DeliveryOutcome {
  return { state: "delivered" };
}
