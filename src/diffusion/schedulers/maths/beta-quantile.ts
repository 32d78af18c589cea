const SHAPE = 0.6;
const TERMS = 60;
const HALVINGS = 64;

/** The integral of x^(s-1) (1-x)^(s-1) from 0 to x <= 0.5, as a series that halves its error with every term. */
function incompleteBeta(x: number): number {
  let power = x ** SHAPE;
  let sum = 0;
  for (let n = 0; n < TERMS; n++) {
    sum += power / (SHAPE + n);
    power *= (x * (n + 1 - SHAPE)) / (n + 1);
  }
  return sum;
}

/** The quantile function of the symmetric beta distribution Beta(0.6, 0.6): scipy.stats.beta.ppf(q, 0.6, 0.6). */
export function betaQuantile(q: number): number {
  if (q > 0.5) return 1 - betaQuantile(1 - q);
  const target = q * 2 * incompleteBeta(0.5);
  let [low, high] = [0, 0.5];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
