// What a member has to pass on: each message so many times, those passed on least first, as many as a packet holds. News of
// a member takes the place of older news of it (memberlist, queue.go).

import { UPDATE_BYTES, type Update } from './packet.ts'

/** Bytes a message takes in a packet of several, besides its own. */
const SEPARATOR_BYTES = 2
const SMALLEST = Math.min(...Object.values(UPDATE_BYTES)) + SEPARATOR_BYTES

export class Broadcasts {
  /** By how often they were passed on, by the member they tell of. */
  readonly #tiers: Map<string, Update>[] = []
  readonly #tierOf = new Map<string, number>()

  get size(): number {
    return this.#tierOf.size
  }

  add(update: Update): void {
    const tier = this.#tierOf.get(update.node)
    if (tier !== undefined) this.#tiers[tier]!.delete(update.node)
    this.#put(update, 0)
  }

  /** What goes into the next packet, with so many bytes of room; counts as passed on. */
  take(room: number, limit: number): Update[] {
    const taken: { readonly update: Update; readonly tier: number }[] = []
    let left = room
    for (const [tier, updates] of this.#tiers.entries())
      for (const update of updates.values()) {
        if (left < SMALLEST) break
        const bytes = UPDATE_BYTES[update.type] + SEPARATOR_BYTES
        if (bytes > left) continue
        left -= bytes
        taken.push({ update, tier })
      }
    for (const { update, tier } of taken) {
      this.#tiers[tier]!.delete(update.node)
      this.#tierOf.delete(update.node)
      if (tier + 1 < limit) this.#put(update, tier + 1)
    }
    return taken.map(({ update }) => update)
  }

  clear(): void {
    this.#tiers.length = 0
    this.#tierOf.clear()
  }

  #put(update: Update, tier: number): void {
    while (this.#tiers.length <= tier) this.#tiers.push(new Map())
    this.#tiers[tier]!.set(update.node, update)
    this.#tierOf.set(update.node, tier)
  }
}
