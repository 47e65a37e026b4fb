// Zipf's law: the k-th of n things is asked for in proportion to 1 / k^s. s = 0: all alike; 0.99 is what YCSB has (Cooper
// et al. 2010). Powers are made of square roots and products, which have the same last bits on every machine.

/** `base` (at least 0) to a power from 0 to 64, to about the last digit of a double. */
export function power(base: number, exponent: number): number {
  const whole = Math.floor(exponent)
  let result = 1
  for (let i = 0; i < whole; i++) result *= base
  let root = base
  let rest = exponent - whole
  // The fraction bit by bit: a half is a root, a quarter the root of that.
  for (let bit = 0.5; rest > 0; bit /= 2) {
    root = Math.sqrt(root)
    if (rest < bit) continue
    result *= root
    rest -= bit
  }
  return result
}

/** Weights of n things, the first the largest. */
export const zipfWeights = (n: number, s: number): readonly number[] =>
  Array.from({ length: n }, (_, i) => 1 / power(i + 1, s))
