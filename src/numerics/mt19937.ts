const STATE_WORDS = 624;
const SHIFT_WORDS = 397;

/** Draws the next 32 random bits as an unsigned integer. */
export type NextUint32 = () => number;

/** The Mersenne Twister of torch's CPU generator, seeded by the low 32 bits of `seed` (Matsumoto and Nishimura 1998; torch: MT19937RNGEngine.h). */
export function createMt19937(seed: number): NextUint32 {
  const state = new Uint32Array(STATE_WORDS);
  state[0] = seed; // storing keeps the low 32 bits
  for (let i = 1; i < STATE_WORDS; i++) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = Math.imul(1812433253, previous) + i;
  }
  let position = STATE_WORDS;

  function twist(): void {
    for (let i = 0; i < STATE_WORDS; i++) {
      const next = state[(i + 1) % STATE_WORDS]!;
      const mixed = (state[i]! & 0x80000000) | (next & 0x7fffffff);
      state[i] = state[(i + SHIFT_WORDS) % STATE_WORDS]! ^ (mixed >>> 1) ^ (next & 1 ? 0x9908b0df : 0);
    }
    position = 0;
  }

  return () => {
    if (position === STATE_WORDS) twist();
    let bits = state[position++]!;
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  };
}
