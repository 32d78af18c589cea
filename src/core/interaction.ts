import type { Message, Form } from "./message.ts";
import type { Person, Place, ReplyAddress } from "./platform.ts";

/** Values as the platform typed them; `text` is a free text that may contain flags. */
export type OptionValues = Readonly<Record<string, string | number | boolean>>;

interface InteractionBase {
  /** The platform's event id, prefixed with its name: the idempotency key of whatever it starts. */
  readonly id: string;
  readonly person: Person;
  readonly place: Place;
  readonly locale: string;
  readonly address: ReplyAddress;
  /** Answers at once; used at most once for interactions that start no job. */
  reply(message: Message): Promise<void>;
  /**
   * The address of the picture of one of this place's own emoji, by its name; undefined when there is none of that name. Absent where emoji
   * are not looked up by name.
   */
  findEmoji?(name: string): Promise<string | undefined>;
  /** Opens a form, where the platform has forms. */
  openForm?(form: Form): Promise<void>;
}

export interface CommandInteraction extends InteractionBase {
  readonly kind: "command";
  readonly command: string;
  readonly options: OptionValues;
}

export interface ButtonInteraction extends InteractionBase {
  readonly kind: "button";
  /** The encoded button id, see core/button-id.ts. */
  readonly buttonId: string;
}

export interface FormInteraction extends InteractionBase {
  readonly kind: "form";
  /** The button id given to the form. */
  readonly formId: string;
  readonly values: OptionValues;
}

/** One thing a person did, in the same words for every platform. */
export type Interaction = CommandInteraction | ButtonInteraction | FormInteraction;
