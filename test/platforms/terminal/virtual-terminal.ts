import { Writable } from "node:stream";

/** An output that keeps what it gets, with or without a terminal's size. */
export class Recorder extends Writable {
  text = "";
  readonly isTTY: boolean;
  readonly columns: number;

  constructor(options: { isTTY?: boolean; columns?: number } = {}) {
    super({ decodeStrings: false });
    this.isTTY = options.isTTY ?? false;
    this.columns = options.columns ?? 80;
  }

  override _write(chunk: string | Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** What stands on a screen of `columns` after `text`: knows line ends, wrapping, and the few sequences that line editing uses. */
export function rowsOf(text: string, columns: number): string[] {
  const rows: string[][] = [[]];
  let x = 0;
  let y = 0;
  const put = (character: string): void => {
    if (x >= columns) newLine(true);
    rows[y]![x++] = character;
  };
  const newLine = (carriage: boolean): void => {
    if (carriage) x = 0;
    y++;
    rows[y] ??= [];
  };
  // eslint-disable-next-line no-control-regex
  for (const [token, parameter, final] of text.matchAll(/\x1b\[([\d;]*)([A-Za-z])|[^]/gu)) {
    const count = parameter === undefined || parameter === "" ? 1 : Number(parameter);
    if (final === "m") continue;
    else if (final === "A") y = Math.max(0, y - count);
    else if (final === "B") y += count;
    else if (final === "C") x += count;
    else if (final === "D") x = Math.max(0, x - count);
    else if (final === "G") x = count - 1;
    else if (final === "J") {
      rows[y]!.length = Math.min(rows[y]!.length, x);
      rows.length = y + 1;
    } else if (final === "K") rows[y] = parameter === "2" ? [] : rows[y]!.slice(0, x);
    else if (final !== undefined) throw new Error(`the virtual terminal does not know ${JSON.stringify(token)}`);
    else if (token === "\r") x = 0;
    else if (token === "\n") newLine(true);
    else put(token);
  }
  return rows.map((row) =>
    Array.from(row, (character) => character ?? " ")
      .join("")
      .trimEnd(),
  );
}
