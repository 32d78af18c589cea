const ESC = "\x1b";
/** Kitty takes at most this much base64 in one piece. */
const KITTY_PIECE_CHARS = 4096;

/**
 * A PNG file by kitty's graphics protocol, `columns` cells wide; f=100 is PNG, a=T shows it at once, q=2 keeps the terminal from answering into
 * the person's typing (https://sw.kovidgoyal.net/kitty/graphics-protocol).
 */
export function kittyPicture(png: Uint8Array, columns: number): string {
  const base64 = Buffer.from(png).toString("base64");
  const pieces: string[] = [];
  for (let start = 0; start < base64.length; start += KITTY_PIECE_CHARS) {
    const more = start + KITTY_PIECE_CHARS < base64.length ? 1 : 0;
    const control = start === 0 ? `a=T,f=100,q=2,c=${columns},m=${more}` : `q=2,m=${more}`;
    pieces.push(`${ESC}_G${control};${base64.slice(start, start + KITTY_PIECE_CHARS)}${ESC}\\`);
  }
  return pieces.join("");
}

/** A picture file of any type by iTerm2's protocol, `columns` cells wide (https://iterm2.com/documentation-images.html). */
export function iterm2Picture(file: Uint8Array, columns: number): string {
  const base64 = Buffer.from(file).toString("base64");
  return `${ESC}]1337;File=inline=1;size=${file.length};width=${columns};preserveAspectRatio=1:${base64}\x07`;
}
