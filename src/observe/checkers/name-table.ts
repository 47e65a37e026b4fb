// Places for names, without keeping the names: a hash table with open addressing and linear probing, which is several
// times as fast as a Map of strings, and leaves the garbage collector nothing to carry about. Names are told apart by 64 bits
// of hash: that any two of 10,000 are taken for one has a probability of 3 in 10¹².
// A name that goes is closed up behind (Knuth, The Art of Computer Programming 3, 6.4, algorithm R), so that none leaves a mark.

const SMALLEST = 64

export class NameTable {
  /** How many names there are. */
  size = 0
  /** Place + 1 of the name at each address; 0: none. At most half are taken. */
  #addresses = new Int32Array(2 * SMALLEST)
  #first = new Int32Array(SMALLEST)
  #second = new Int32Array(SMALLEST)
  readonly #free: number[] = []
  #used = 0
  /** The name hashed last. */
  #name = ''
  #hash1 = 0
  #hash2 = 0

  constructor() {
    this.#hash('')
  }

  /** The place of a name, a small whole number; -1: it has none. */
  find(name: string): number {
    if (name !== this.#name) this.#hash(name)
    const hash1 = this.#hash1
    const hash2 = this.#hash2
    const addresses = this.#addresses
    const mask = addresses.length - 1
    for (let at = hash1 & mask; ; at = (at + 1) & mask) {
      const place = addresses[at]! - 1
      if (place < 0 || (this.#first[place] === hash1 && this.#second[place] === hash2)) return place
    }
  }

  /** Gives a place to a name that has none. */
  add(name: string): number {
    if (name !== this.#name) this.#hash(name)
    const place = this.#free.pop() ?? this.#used++
    if (place === this.#first.length) this.#grow()
    this.#first[place] = this.#hash1
    this.#second[place] = this.#hash2
    this.#settle(place)
    this.size++
    return place
  }

  /** Takes the place from the name that has it. */
  remove(place: number): void {
    const addresses = this.#addresses
    const mask = addresses.length - 1
    let gap = this.#first[place]! & mask
    while (addresses[gap] !== place + 1) gap = (gap + 1) & mask
    for (let at = (gap + 1) & mask; addresses[at] !== 0; at = (at + 1) & mask) {
      // Whoever would not be found across the gap moves into it.
      const home = this.#first[addresses[at]! - 1]! & mask
      if (((at - home) & mask) < ((at - gap) & mask)) continue
      addresses[gap] = addresses[at]!
      gap = at
    }
    addresses[gap] = 0
    this.#free.push(place)
    this.size--
  }

  #settle(place: number): void {
    const addresses = this.#addresses
    const mask = addresses.length - 1
    let at = this.#first[place]! & mask
    while (addresses[at] !== 0) at = (at + 1) & mask
    addresses[at] = place + 1
  }

  #grow(): void {
    const size = this.#first.length * 2
    const [first, second] = [this.#first, this.#second]
    this.#first = new Int32Array(size)
    this.#second = new Int32Array(size)
    this.#first.set(first)
    this.#second.set(second)
    this.#addresses = new Int32Array(2 * size)
    // All places are taken, or it would not have grown; the one it grew for is not settled yet.
    for (let place = 0; place < first.length; place++) this.#settle(place)
  }

  /** FNV-1a, twice, with different multipliers, and the bits of each mixed at the end (MurmurHash3's finalizer). */
  #hash(name: string): void {
    let hash1 = 0x811c9dc5
    let hash2 = 0x9747b28c
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i)
      hash1 = Math.imul(hash1 ^ code, 0x01000193)
      hash2 = Math.imul(hash2 ^ code, 0x5bd1e995)
    }
    this.#name = name
    this.#hash1 = mixed(hash1)
    this.#hash2 = mixed(hash2)
  }
}

function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16)
  bits = Math.imul(bits, 0x85ebca6b)
  bits ^= bits >>> 13
  bits = Math.imul(bits, 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
