import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Group, type GroupTerms, type Item } from '../../../src/coordination/state/group.ts'

const TERMS: GroupTerms = { token: '{1.0}once:t', lifetimeMs: 1000, acknowledgements: 0, waitMs: 5 }
const MOVED = { error: 'MOVED 7 redis.2' }
const WRONG = { error: 'WRONGTYPE Operation' }

const items = (n: number): Item[] =>
  Array.from({ length: n }, (_, i) => ({ key: `k${i}`, words: ['INCRBY', '1'], outcome: undefined }))

test('updates go as one function, with a token and a command a key, and WAIT after it where replicas are to have them', () => {
  const group = new Group(items(2), true, { ...TERMS, acknowledgements: 1 })
  expect(group.commands()).toEqual([
    {
      command: 'FCALL',
      args: ['once', 3, '{1.0}once:t', 'k0', 'k1', 1000, 'INCRBY', 1, '1', 'INCRBY', 1, '1'],
    },
    { command: 'WAIT', args: [1, 5] },
  ])
  expect(new Group(items(1), false, { ...TERMS, acknowledgements: 1 }).commands()).toEqual([
    { command: 'INCRBY', args: ['k0', '1'] },
  ])
})

test('what a server has carried out is done, or wrong; had it that before, that is noted', () => {
  const mine = items(2)
  const group = new Group(mine, true, TERMS)
  expect(group.take([[0, [5, WRONG]]])).toBe(undefined)
  expect(mine.map(({ outcome }) => outcome)).toEqual([
    { outcome: 'done', value: 5 },
    { outcome: 'failed', reason: WRONG.error },
  ])
  expect(group.suppressed).toBe(true)
})

test('an update that too few replicas have is not done, and unknown where no more is tried', () => {
  const mine = items(1)
  const group = new Group(mine, true, { ...TERMS, acknowledgements: 2 })
  expect(group.take([[1, [5]], 1])).toBe('1 of 2 replicas have it')
  expect(mine[0]!.outcome).toBe(undefined)
  // It goes with the same token.
  expect(group.commands()[0]!.args[2]).toBe('{1.0}once:t')
  group.giveUp('over')
  expect(mine[0]!.outcome).toEqual({ outcome: 'unknown', reason: 'over' })
})

test('an update that was sent elsewhere each time has failed; one of which an attempt was not answered is unknown', () => {
  const [refused, silent] = [items(1), items(1)]
  const one = new Group(refused, true, TERMS)
  expect(one.take([MOVED])).toBe(MOVED.error)
  one.giveUp('over')
  expect(refused[0]!.outcome?.outcome).toBe('failed')
  const other = new Group(silent, true, TERMS)
  other.ambiguous = true
  other.take([MOVED])
  other.giveUp('over')
  expect(silent[0]!.outcome?.outcome).toBe('unknown')
})

test('without a token each command ends by itself, and only what has not is asked again', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), (moved) => {
      const mine = items(moved.length)
      const group = new Group(mine, true, { ...TERMS, token: undefined })
      const again = group.take(moved.map((away) => (away ? MOVED : 1)))
      expect(again).toBe(moved.includes(true) ? MOVED.error : undefined)
      expect(group.commands().map(({ args }) => args[0])).toEqual(
        mine.filter((_, i) => moved[i]).map(({ key }) => key),
      )
    }),
  )
})
