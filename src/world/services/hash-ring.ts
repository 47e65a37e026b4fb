// Consistent hashing: each owner has points on a ring, and a key belongs to the first point at or after its own. When an owner
// leaves, only its keys go elsewhere, and evenly (Karger et al. 1997). nginx and Kong both put 160 points for a server of
// average weight (ketama). Left out: their hash functions, CRC-32 and xxHash, which decide who gets what but not how evenly.

/** Points of an owner of weight 1. */
export const RING_POINTS = 160

/** 32 bits of a text: FNV-1a, with the bits mixed at the end as in MurmurHash3, as the last letters stir the high ones too little. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mixed(hash)
}

/** Another 32 bits, in which each bit of the first counts. */
export function mixed(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}

interface Point<Owner> {
  readonly at: number
  readonly owner: Owner
}

export class HashRing<Owner> {
  readonly #points: readonly Point<Owner>[]

  /** @param owners with the name that their points are made of, and how many those are */
  constructor(owners: readonly { readonly owner: Owner; readonly name: string; readonly points: number }[]) {
    this.#points = owners
      .flatMap(({ owner, name, points }) =>
        Array.from({ length: points }, (_, i) => ({ at: hashOf(`${name} ${i}`), owner })),
      )
      .sort((a, b) => a.at - b.at)
  }

  /** The first owner from the key's place on that is `fit`, after at most so many points. */
  find(key: string, fit: (owner: Owner) => boolean, points = this.#points.length): Owner | undefined {
    const all = this.#points
    const first = this.#firstFrom(hashOf(key))
    for (let i = 0; i < Math.min(points, all.length); i++) {
      const { owner } = all[(first + i) % all.length]!
      if (fit(owner)) return owner
    }
    return undefined
  }

  /** The index of the first point at or after a place; the number of points if there is none. */
  #firstFrom(place: number): number {
    let low = 0
    let high = this.#points.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#points[middle]!.at < place) low = middle + 1
      else high = middle
    }
    return low
  }
}
