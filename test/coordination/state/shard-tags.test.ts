import { expect, test } from 'vitest'
import { tagsOf } from '../../../src/coordination/state/shard-tags.ts'
import { slotOf } from '../../../src/env/index.ts'
import { Shards } from '../../../src/world/services/redis/shards.ts'

test('each shard’s tag falls to its own master, however many there are', () => {
  for (let n = 1; n <= 64; n++) {
    const shards = new Shards(n, 0, true)
    const tags = tagsOf(n)
    expect(tags.map((tag) => shards.ofSlot(slotOf(`${tag}agent_states:7`)))).toEqual([...Array(n).keys()])
    // Whatever follows it.
    for (const tag of tags) expect(slotOf(`${tag}x`)).toBe(slotOf(`${tag}once:{y}`))
  }
})
