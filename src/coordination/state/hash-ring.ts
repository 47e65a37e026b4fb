// Consistent hashing: each shard has v points on a ring of 2^32 places, and a key belongs to the first point at or after its
// own. A shard that leaves gives up its keys and no others move; one that comes takes 1/(n + 1) of them, and from all.
// The share of a shard is Beta(v, (n - 1) v) distributed: 1/n on average, and sqrt((n - 1) / (n v + 1)) of that off.
// Source: Karger et al. 1997; points as "virtual nodes" in DeCandia et al. 2007 (Dynamo). The hash is FNV-1a (32 bits), its
// bits mixed as at the end of MurmurHash3. Left out: weights, moving the data.

interface Point {
  readonly at: number
  readonly shard: string
}

export class HashRing {
  readonly #pointsEach: number
  /** In the order of their places, and of their names where two fall together. */
  #points: readonly Point[] = []
  readonly #shards = new Set<string>()

  /** @param points of each shard, at least 1 */
  constructor(shards: readonly string[], points: number) {
    this.#pointsEach = points
    for (const shard of shards) this.add(shard)
  }

  /** Does nothing where it is there. */
  add(shard: string): void {
    if (this.#shards.has(shard)) return
    this.#shards.add(shard)
    const more = Array.from({ length: this.#pointsEach }, (_, i) => ({ at: placeOf(`${shard}#${i}`), shard }))
    this.#points = [...this.#points, ...more].sort(inOrder)
  }

  remove(shard: string): void {
    this.#shards.delete(shard)
    this.#points = this.#points.filter((point) => point.shard !== shard)
  }

  /** Whose a key is, in O(log n v); `undefined`: there are no shards. */
  shardOf(key: string): string | undefined {
    const points = this.#points
    const place = placeOf(key)
    let low = 0
    let high = points.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (points[middle]!.at < place) low = middle + 1
      else high = middle
    }
    return (points[low] ?? points[0])?.shard
  }
}

const inOrder = (a: Point, b: Point): number => a.at - b.at || (a.shard < b.shard ? -1 : 1)

/** Where a text falls on the ring. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}
