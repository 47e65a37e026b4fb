// Who is who in a part of several servers: which are masters to begin with, which replicate whom, and which slots are whose.
// As `redis-cli --cluster create` has it: the first are the masters, and the replicas are dealt out to them in turn; the
// slots are cut into even stretches.

import { SLOTS } from '../../../env/index.ts'
import { ScenarioError } from '../../../errors.ts'

/** A master as the servers know it: which of them it is, and the epoch in which it became one. */
export interface Claim {
  readonly node: number
  readonly epoch: number
}

/** The master of each shard. */
export type View = readonly Claim[]

export class Shards {
  /** How many masters there are. */
  readonly count: number
  readonly size: number

  /**
   * @param size how many servers there are
   * @param replicas of each master
   * @param cluster whether there may be several masters
   */
  constructor(size: number, replicas: number, cluster: boolean) {
    const each = 1 + replicas
    if (cluster ? size % each !== 0 : size !== each)
      throw new ScenarioError(
        `invalid replicas: ${replicas} with ${size} ${size === 1 ? 'instance' : 'instances'}; expected ${cluster ? 'a multiple of ' : ''}${each} instances, as a master with its replicas makes ${each}`,
      )
    this.size = size
    this.count = size / each
  }

  /** The masters to begin with. */
  get view(): View {
    return Array.from({ length: this.count }, (_, node) => ({ node, epoch: 0 }))
  }

  /** The shard that a server belongs to, as its master or not. */
  shardOf(node: number): number {
    return node % this.count
  }

  /** The servers of a shard. */
  nodesOf(shard: number): readonly number[] {
    return Array.from({ length: this.size / this.count }, (_, i) => shard + i * this.count)
  }

  /** The first of a shard's slots; they end before the next one's. */
  firstSlot(shard: number): number {
    return shard === 0 ? 0 : Math.round((shard * SLOTS) / this.count - 1) + 1
  }

  /** The shard that a slot belongs to. */
  ofSlot(slot: number): number {
    let shard = Math.min(this.count - 1, Math.floor((slot * this.count) / SLOTS))
    while (slot < this.firstSlot(shard)) shard--
    while (shard + 1 < this.count && slot >= this.firstSlot(shard + 1)) shard++
    return shard
  }
}

/** What is known from both: of each shard the later claim. The same object where nothing is new. */
export function merged(mine: View, theirs: View): View {
  if (mine === theirs || theirs.every(({ epoch }, shard) => epoch <= mine[shard]!.epoch)) return mine
  return mine.map((claim, shard) => (theirs[shard]!.epoch > claim.epoch ? theirs[shard]! : claim))
}
