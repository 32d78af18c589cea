import type { PartHealth } from "./health.ts";
import type { Interaction } from "./interaction.ts";
import type { Message, StatusUpdate } from "./message.ts";

/** Who somebody is on one platform. */
export interface Account {
  readonly platform: string;
  /** Unique within the platform. */
  readonly id: string;
}

/** Somebody who asks, by the account that they are known by: their only one, or the first of those that the operator linked. */
export interface Person extends Account {
  /** The account by which they act here, where it is another one of theirs. */
  readonly account?: Account;
  readonly name: string;
  /** May change settings and act on other people's jobs in this place. */
  readonly moderator: boolean;
  readonly roles: readonly string[];
}

/** The account by which somebody acts. */
export function accountOf({ account, platform, id }: Account & Pick<Person, "account">): Account {
  return account ?? { platform, id };
}

/** Where somebody asks. */
export interface Place {
  readonly platform: string;
  /** Server or workspace; absent in direct messages and in the terminal. */
  readonly community?: string;
  readonly channel: string;
  /** The platform marks this channel as age-restricted. */
  readonly ageRestricted: boolean;
}

/** What a platform needs to answer later, also after a restart: plain JSON that only the platform understands. */
export interface ReplyAddress {
  readonly platform: string;
  readonly [key: string]: string | number | boolean | null | readonly string[];
}

export interface PlatformLimits {
  readonly attachmentBytes: number;
  readonly attachmentsPerMessage: number;
  readonly altTextChars: number;
  readonly messageChars: number;
  readonly buttonsPerRow: number;
  readonly buttonIdChars: number;
  /** MIME types that the platform shows inline, best first. */
  readonly imageTypes: readonly ("image/png" | "image/webp" | "image/jpeg")[];
}

/** How the files are read that people attach: paths on this machine, or addresses at the platform's own file hosts. */
export type PlatformUploads =
  | { readonly from: "disk" }
  | {
      readonly from: "hosts";
      /** A host name stands for https on its usual port, an origin such as http://127.0.0.1:3000 for exactly that. */
      readonly hosts: readonly string[];
      /** Sent to the address's own origin only: Slack wants the bot's token. */
      readonly headers?: (url: string) => Readonly<Record<string, string>>;
    };

/** `delivered`: people can see it. `undeliverable`: no rung of the ladder works; the result stays in the history. */
export type DeliveryOutcome =
  | { readonly state: "delivered" }
  | { readonly state: "undeliverable"; readonly reason: string };

/** A chat service, or the terminal. The core knows nothing else about it. */
export interface Platform {
  readonly name: string;
  /** What people attach here and how it is read. Absent: files at the chat services' hosts (see images/fetch-upload.ts), nothing sent along. */
  readonly uploads?: PlatformUploads;
  limitsAt(address: ReplyAddress): PlatformLimits;
  /** Connects and hands every interaction to `handle`, which never rejects. */
  start(handle: (interaction: Interaction) => Promise<void>): Promise<void>;
  /** Shows a running job's state; may drop updates, the latest wins, never throws. */
  showStatus(address: ReplyAddress, update: StatusUpdate): void;
  /**
   * Posts the one terminal answer of a job. Called again with the same key after a crash or a lost reply: must not post twice.
   * Rejects when trying again later may help.
   */
  deliver(address: ReplyAddress, message: Message, key: string): Promise<DeliveryOutcome>;
  /**
   * Posts a message that nobody asked for into the channel of `address`, e.g. for moderators; an interaction's token in it may be old and is
   * not used. Called again with the same key: must not post twice. Absent where a platform cannot.
   */
  post?(address: ReplyAddress, message: Message, key: string): Promise<DeliveryOutcome>;
  /** Takes back the message that `deliver` or `post` made under a key. False when there is none any more or it may not. Absent where a platform cannot. */
  withdraw?(address: ReplyAddress, key: string): Promise<boolean>;
  /** How the connection is. Absent where there is nothing that could be lost. */
  health?(): PartHealth;
  /** Stops taking interactions; resolves when nothing is in flight. */
  stop(): Promise<void>;
}
