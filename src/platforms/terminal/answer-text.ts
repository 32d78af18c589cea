import type { Message, MessageButton } from "../../core/message.ts";
import { dim, renderMarkdown, safeText } from "./plain-text.ts";
import type { ColourDepth } from "./terminal-look.ts";

/** A button and what one types to press it. */
export interface TypedButton {
  readonly button: MessageButton;
  readonly shortcut: string;
}

/** The enabled buttons of a message, row by row; those without a shortcut of their own are numbered. */
export function typedButtons(message: Pick<Message, "buttons">): readonly (readonly TypedButton[])[] {
  let number = 0;
  return message.buttons
    .map((row) =>
      row
        .filter(({ disabled }) => disabled !== true)
        .map((button) => ({ button, shortcut: (button.shortcut ?? String(++number)).toLowerCase() })),
    )
    .filter((row) => row.length > 0);
}

/** A message as lines: text, where the pictures are and what they show, small print, buttons with what one types to press them. */
export function answerText(
  message: Message,
  files: readonly string[],
  colours: ColourDepth,
  options: { readonly buttons?: boolean } = {},
): string {
  const text = renderMarkdown(message.text, colours);
  return [
    message.kind === "error" ? `Error: ${text}` : text,
    ...files.map((file) => `  ${safeText(file)}`),
    ...descriptions(message),
    ...(message.footer === undefined ? [] : [dim(renderMarkdown(message.footer, colours), colours)]),
    ...(options.buttons === false ? [] : typedButtons(message)).map((row) =>
      dim(row.map(buttonText).join("   "), colours),
    ),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** Alternative texts, equal ones once: four pictures of one prompt usually share theirs. */
function descriptions({ pictures }: Message): string[] {
  const texts = pictures.map(
    ({ altText, spoiler }) => `  ${safeText(altText)}${spoiler ? " (spoiler: not shown here)" : ""}`,
  );
  return [...new Set(texts)];
}

function buttonText({ button, shortcut }: TypedButton): string {
  const label = safeText(button.label);
  return label.toLowerCase() === shortcut ? `[${shortcut}]` : `[${shortcut}] ${label}`;
}
