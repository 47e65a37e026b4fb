// Operations on the coordination state of a fleet, one or many in a request, on keys that are asked for as Zipf's law says:
// `{ mix: [{ action: increment }], keys: 1000, skew: 0.99, operations: 50 }`. The keys of a request differ.

import type { StateAction, StateOperation, StateRequest } from '../../env/clients/state.ts'
import { ScenarioError } from '../../errors.ts'
import { weighted } from '../../kernel/distributions/weighted.ts'
import type { RandomStream } from '../../kernel/random.ts'
import { bytes, choice, count, list, number, record } from '../../parameters.ts'
import { MiB } from '../../units.ts'
import { defineRequest } from './request-kind.ts'
import { zipfWeights } from './zipf.ts'

const action = choice(
  ['read', 'write', 'increment', 'push', 'take', 'append', 'tail'] satisfies StateAction[],
  {
    meaning:
      'of an agent’s state: read, write, increment; of a task queue: push, take; of a log: append, tail (its last entries)',
  },
)

export const state = defineRequest({
  name: 'state',
  meaning: 'operations on the coordination state of a fleet',
  parameters: {
    mix: list(
      record(
        {
          action,
          weight: number({ meaning: 'how often it is drawn, relative to the others', default: 1, min: 0 }),
          count: count({
            meaning: 'by how much a counter is incremented; how many entries of a log are read',
            default: 1,
            min: 1,
          }),
        },
        { meaning: 'one of the actions' },
      ),
      { meaning: 'what is done', max: 100 },
    ),
    operations: count({
      meaning: 'operations in a request, each on a key of its own; at most as many as there are keys',
      default: 1,
      min: 1,
      max: 100_000,
    }),
    keys: count({ meaning: 'how many different keys there are', default: 1000, min: 1, max: 2 ** 20 }),
    skew: number({
      meaning: 'the k-th key is asked for in proportion to 1 / k^skew; 0: all alike',
      default: 0,
      min: 0,
      max: 8,
    }),
    valueBytes: bytes({
      meaning: 'size of a value written, pushed or appended',
      default: 100,
      max: 64 * MiB,
    }),
  },
  create({ mix, operations, keys, skew, valueBytes }, streams) {
    if (mix.length === 0) throw new ScenarioError('invalid mix: no action; expected at least one')
    if (operations > keys)
      throw new ScenarioError(
        `invalid operations: ${operations}; expected at most ${keys}, the number of keys, as those of a request differ`,
      )
    const actions = weighted(mix.map(({ weight }) => weight))
    const choice = streams('action')
    const drawKey = keysOf(keys, skew, streams('key'))
    const filling = 'x'.repeat(valueBytes)
    let n = 0
    const operation = (key: number): StateOperation => {
      const { action, count } = mix[actions.draw(choice)]!
      n++
      return { action, key: String(key), count, ...valueFor(action, n, filling) }
    }
    return (): StateRequest => ({
      kind: 'state',
      operations: different(operations, keys, drawKey).map(operation),
    })
  },
})

/** No two values are alike, so that a reader can tell what it has read. */
const valueFor = (action: StateAction, n: number, filling: string): { readonly value?: string } =>
  action === 'write' || action === 'push' || action === 'append'
    ? { value: `${n} ${filling}`.slice(0, Math.max(filling.length, String(n).length)) }
    : {}

function keysOf(keys: number, skew: number, random: RandomStream): () => number {
  if (skew === 0) return () => random.integer(keys)
  const { draw } = weighted(zipfWeights(keys, skew))
  return () => draw(random)
}

/** So many different ones below `keys`: where one is drawn again, the next that is free. */
function different(size: number, keys: number, draw: () => number): readonly number[] {
  const drawn = new Set<number>()
  while (drawn.size < size) {
    let key = draw()
    while (drawn.has(key)) key = (key + 1) % keys
    drawn.add(key)
  }
  return [...drawn]
}
