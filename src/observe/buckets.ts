// Log-linear buckets: each power of two is cut into 128 equal ones, so that a bucket's middle is within 1/256 (0.4 %)
// of whatever lies in it. The number of a bucket is read off the bits of the double itself, without a logarithm.
// Source: the layout of HdrHistogram (Tene), on the exponent and mantissa of IEEE 754.

/** Cuts of a power of two, as bits of the mantissa. */
const MANTISSA_BITS = 7
/** Everything below 2^-32 shares the first bucket with 0. */
const LOWEST_EXPONENT = -32
/** The largest value: whole nanoseconds and bytes are exact up to here. */
export const LARGEST = 2 ** 53

/** Half a bucket's width relative to its lower edge. */
export const RELATIVE_ERROR = 1 / 2 ** (MANTISSA_BITS + 1)

// A double's upper word is sign, 11 bits of exponent (biased by 1023), 20 of mantissa.
const SHIFT = 20 - MANTISSA_BITS
const OFFSET = ((1023 + LOWEST_EXPONENT) << MANTISSA_BITS) - 1

/** How many buckets there are; the last one begins at 2^53. */
export const BUCKETS = ((53 - LOWEST_EXPONENT) << MANTISSA_BITS) + 2

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1
const UPPER = littleEndian ? 1 : 0

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)

/** The bucket of a value from 0 to LARGEST: from 0 to BUCKETS - 1. */
export function bucketOf(value: number): number {
  // -0 has the sign bit; adding 0 takes it away.
  double[0] = value + 0
  return Math.max(0, (words[UPPER]! >>> SHIFT) - OFFSET)
}

/** The least value of a bucket; exact. The upper edge is the lower one of the next. */
export function lowerEdge(index: number): number {
  if (index === 0) return 0
  const cut = (index - 1) % 2 ** MANTISSA_BITS
  const exponent = (index - 1 - cut) / 2 ** MANTISSA_BITS + LOWEST_EXPONENT
  return (1 + cut / 2 ** MANTISSA_BITS) * 2 ** exponent
}
