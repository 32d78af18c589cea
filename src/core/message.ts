import type { BlobRef } from "./image-request.ts";
import type { RuntimeList } from "./options.ts";

/** A picture in a message. The platform reads its bytes through the BlobStore and may re-encode them to fit its limits. */
export interface MessagePicture {
  readonly blob: BlobRef;
  readonly fileName: string;
  readonly altText: string;
  readonly spoiler: boolean;
  readonly widthPx: number;
  readonly heightPx: number;
}

export type ButtonStyle = "primary" | "secondary" | "danger";

export interface MessageButton {
  /** See core/button-id.ts; at most 100 characters. */
  readonly id: string;
  readonly label: string;
  /** What one types in a terminal to press it, e.g. u2. */
  readonly shortcut?: string;
  readonly emoji?: string;
  readonly style: ButtonStyle;
  readonly disabled?: boolean;
  /** Where a platform can ask before a press: what, and which button a yes stands for. Elsewhere the button itself asks. */
  readonly confirm?: { readonly id: string; readonly text: string; readonly yes: string; readonly no: string };
}

/** What the bot says, in the same words for every platform. Text is Markdown of the plainest kind (bold, code). */
export interface Message {
  readonly kind: "result" | "notice" | "error" | "list";
  readonly text: string;
  /** Small print below: seed, model, time, "AI-generated". */
  readonly footer?: string;
  readonly pictures: readonly MessagePicture[];
  /** Rows of buttons. */
  readonly buttons: readonly (readonly MessageButton[])[];
  /** Only the person who asked sees it, where the platform can. */
  readonly private: boolean;
}

/** A form with typed fields (Discord modal, Slack view). Its id is also that of the button that opens it. */
export interface Form {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly FormField[];
  /** Shown only where a form has room for more than five fields, and knows lists and files. */
  readonly more?: readonly MoreField[];
}

interface FormField {
  readonly name: string;
  readonly label: string;
  /** What one might write. */
  readonly example?: string;
  /** `number` is a whole one. */
  readonly kind: "text" | "paragraph" | "number" | "choice";
  readonly value?: string;
  /** Of a number. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly required: boolean;
  readonly choices?: readonly string[];
}

/** A field whose choices may be a list that is known at run time, or whose value is a file's address. */
export interface MoreField extends Omit<FormField, "kind" | "choices"> {
  readonly kind: FormField["kind"] | "picture";
  readonly choices?: readonly string[] | RuntimeList;
}

/** A running job as people see it. */
export interface StatusUpdate {
  readonly job: string;
  readonly state: "queued" | "loading" | "running" | "finishing";
  /** Jobs that will be served before this one; undefined when running. */
  readonly ahead?: number;
  readonly etaMs?: number;
  readonly step?: number;
  readonly steps?: number;
  /** Small raw picture of the current state. */
  readonly preview?: {
    readonly widthPx: number;
    readonly heightPx: number;
    readonly channels: 3 | 4;
    readonly data: Uint8Array;
  };
  readonly buttons: readonly (readonly MessageButton[])[];
  /** Of whoever asked; English where there is none. */
  readonly locale?: string;
}

/** A plain text answer. */
export function notice(text: string, options: { private?: boolean; kind?: Message["kind"] } = {}): Message {
  return { kind: options.kind ?? "notice", text, pictures: [], buttons: [], private: options.private ?? true };
}
