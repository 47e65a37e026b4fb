// A Redis Cluster has no ring: a key's slot is its CRC16, and slots are dealt out by hand. So that the ring decides all the
// same, each shard has a hash tag whose slot lies in its master's stretch, and its keys begin with that; all keys of a shard
// are then in one slot, so that a function may touch several. The price: a slot, and with it a shard, moves as a whole.
// The stretches are taken to be even, as `redis-cli --cluster create` makes them.

import { SLOTS, slotOf } from '../../env/index.ts'

/** The tags of n shards, `{3.1}` with its braces: the first number of each that falls near the middle of its stretch. */
export function tagsOf(shards: number): readonly string[] {
  const stretch = SLOTS / shards
  return Array.from({ length: shards }, (_, shard) => {
    const middle = (shard + 0.5) * stretch
    for (let n = 0; ; n++) {
      const tag = `{${shard + 1}.${n}}`
      if (Math.abs(slotOf(tag) - middle) < stretch / 4) return tag
    }
  })
}
