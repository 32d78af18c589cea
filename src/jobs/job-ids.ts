/** Without letters that look like digits or each other, so that people can read an id aloud and type it. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

/** A short lower-case name, e.g. k3f9x2ab: 31^8 are enough that asking `taken` rarely says yes. `random(below)` is an integer in [0, below). */
export function newJobId(random: (below: number) => number, taken: (id: string) => boolean): string {
  for (;;) {
    const id = letters(random, 8);
    if (!taken(id)) return id;
  }
}

/** The proof that a lease is the newest one of its job. */
export function newToken(random: (below: number) => number): string {
  return letters(random, 20);
}

function letters(random: (below: number) => number, length: number): string {
  return Array.from({ length }, () => ALPHABET[random(ALPHABET.length)]).join("");
}
