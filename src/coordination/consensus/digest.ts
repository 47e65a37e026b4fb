// Digests and signatures, modelled: what a digest stands for cannot be told from it, two texts do not share one in any run, and a
// signature needs the signer's secret. Nothing is secret from a reader of this file; what a signature costs is charged elsewhere.

/** 53 bits of a text: two mixed multiplicative hashes (cyrb53, public domain), in base 36. */
export function digest(text: string): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 2654435761)
    b = Math.imul(b ^ unit, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return ((b & 2097151) * 4294967296 + (a >>> 0)).toString(36)
}
