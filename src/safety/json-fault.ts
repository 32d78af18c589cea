const SPACE = /[ \t\r\n]*/y;
/** C0 control characters must be escaped; DEL and C1 need not. */
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Line of the first character that JSON.parse could not accept, from 1: its own messages do not always say. */
export function jsonFaultLine(text: string): number {
  let at = 0;

  function take(pattern: RegExp): boolean {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  }

  function takeSign(sign: string): boolean {
    take(SPACE);
    if (text[at] !== sign) return false;
    at += 1;
    return true;
  }

  /** Moves behind a value; false where it breaks. */
  function value(): boolean {
    if (takeSign("{")) return items("}", () => take(SPACE) && take(STRING) && takeSign(":") && value());
    if (takeSign("[")) return items("]", value);
    return take(STRING) || take(LITERAL);
  }

  function items(end: string, item: () => boolean): boolean {
    if (takeSign(end)) return true;
    do {
      if (!item()) return false;
    } while (takeSign(","));
    return takeSign(end);
  }

  if (value()) take(SPACE);
  return text.slice(0, at).split("\n").length;
}
