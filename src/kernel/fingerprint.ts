// A rolling digest of 64 bits over whatever decides a run: equal runs have equal fingerprints, and order matters.
// The body and the finish are those of MurmurHash3 x86_128 (Austin Appleby, public domain) on two lanes. No cryptography.

const WORD = 2 ** 32

export class Fingerprint {
  #a = 0x2b992ddf
  #b = 0x1b873593

  /** Takes in one executed event: its time in whole nanoseconds, two words for its kind and its target. */
  event(time: number, kind: number, target: number): void {
    this.#words(time | 0, (time / WORD) | 0)
    this.#words(kind, target)
  }

  /** Takes in two whole numbers between -2^53 and 2^53. */
  mix(a: number, b: number): void {
    this.#words(a | 0, Math.floor(a / WORD))
    this.#words(b | 0, Math.floor(b / WORD))
  }

  /** One round: for a given state a bijection of the two words, so that no difference in a single one is lost. */
  #words(x: number, y: number): void {
    let k = Math.imul(x, 0x239b961b)
    k = Math.imul((k << 15) | (k >>> 17), 0xab0e9789)
    let a = this.#a ^ k
    a = ((a << 19) | (a >>> 13)) + this.#b
    a = (Math.imul(a, 5) + 0x561ccd1b) | 0
    k = Math.imul(y, 0xab0e9789)
    k = Math.imul((k << 16) | (k >>> 16), 0x38b34ae5)
    let b = this.#b ^ k
    b = ((b << 17) | (b >>> 15)) + a
    this.#b = (Math.imul(b, 5) + 0x0bcaa747) | 0
    this.#a = a
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    let a = (this.#a + this.#b) | 0
    let b = (this.#b + a) | 0
    a = avalanche(a)
    b = avalanche(b)
    a = (a + b) | 0
    b = (b + a) | 0
    return hex(a) + hex(b)
  }
}

function avalanche(word: number): number {
  let h = word
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0')
