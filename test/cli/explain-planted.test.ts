// A regression planted in a coordinator of this repository, as a pull request would bring it: explained against the commit before.

import { beforeAll, describe, expect, test } from 'vitest'
import type { Explanation } from '../../src/explain/explanation.ts'
import { whyLines } from '../../src/report/why.ts'
import { copiedRepository } from './repository.ts'

const repository = copiedRepository()

/** Explains it, and puts what sums to the difference beside it. */
function explained(scenario: string, variant: string) {
  const args = ['explain', `scenarios/${scenario}`, '--variant', variant, '--base', 'HEAD~1', '--json']
  const { code, out, err } = repository.run(...args)
  expect([code, err]).toEqual([0, ''])
  const found = JSON.parse(out) as Explanation
  for (const { a, b, causes } of found.differences)
    expect(causes.reduce((sum, each) => sum + each.b - each.a, 0)).toBe(b - a)
  const [mean] = found.differences
  const causes = mean!.causes.map(({ part, place, a, b }) => ({
    cause: `${part} ${place}`,
    share: (b - a) / (mean!.b - mean!.a),
  }))
  const sent = found.counts!.sent.map(({ kind, to, a, b }) => ({ kind, to, more: Math.round(b - a) }))
  return { found, causes, sent }
}

describe('an extra round trip', () => {
  let it: ReturnType<typeof explained>
  beforeAll(() => {
    repository.plant('extra-round-trip.patch')
    it = explained('ollamamax/shard-bulk.yaml', 'masters=1 operations=10')
  }, 300_000)

  test('is named by the command and by the message, once more a request', () => {
    expect(it.sent).toContainEqual({ kind: 'EXISTS', to: 'redis', more: 1 })
    expect(it.sent).toContainEqual({ kind: 'redis', to: 'redis', more: 1 })
  })

  test('costs what waits for the one thread and what goes there and back', () => {
    expect(it.causes.slice(0, 3).map(({ cause }) => cause)).toEqual([
      'mailbox redis',
      'network redis',
      'network state',
    ])
  })

  test('is laid to the code alone, and to the files that were changed', () => {
    const { attribution, code, changes } = it.found
    expect(changes.map(({ path }) => path)).toEqual([['code']])
    expect(attribution!.effects[0]!.explains).toBe(it.found.b! - it.found.a!)
    expect(code!.files).toEqual([
      'src/coordination/state/group.ts',
      'src/coordination/state/sharded-state.ts',
    ])
  })

  test('is told in three sentences', () => {
    expect(whyLines(it.found)).toEqual([
      expect.stringMatching(
        /^latency\.mean \+\d+ µs \(\+\d+ %\): mailbox redis \+\d+ µs, network to redis \+[\d.]+ µs\.$/,
      ),
      expect.stringMatching(/command EXISTS, state to redis: \S+ instead of 0 a request/),
      expect.stringMatching(
        /^No parameter differs, the code does: src\/coordination\/state\/group\.ts, .*first event that differs/,
      ),
    ])
  })
})

test('a lock held longer is named by who holds it, and by who waits for it', () => {
  repository.plant('lock-held-longer.patch')
  const { causes, found } = explained('ollamamax/hybrid.yaml', 'topology=hierarchical agents=8')
  expect(causes.slice(0, 2).map(({ cause }) => cause)).toEqual(['idle agent', 'queue agent'])
  expect(causes[0]!.share + causes[1]!.share).toBeCloseTo(1, 2)
  expect(found.code!.files).toEqual(['src/coordination/topology/work-line.ts'])
}, 300_000)

test('a lost batch is named by its messages, one an item', () => {
  repository.plant('lost-batch.patch')
  const { causes, sent } = explained('ollamamax/shard-bulk.yaml', 'masters=1 operations=10')
  expect(causes[0]).toMatchObject({ cause: 'mailbox redis' })
  expect(causes[0]!.share).toBeGreaterThan(0.95)
  // Ten instead of one; in the short run not all of them are sent.
  expect(sent).toContainEqual({ kind: 'redis', to: 'redis', more: 9 })
}, 300_000)
