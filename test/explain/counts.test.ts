import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CLIENTS, type Counts } from '../../src/explain/counting.ts'
import { countDifferences, together } from '../../src/explain/counts.ts'
import { keptSide, runSide, sideOf } from '../../src/explain/side.ts'
import { ranked, takeApart } from '../../src/explain/take-apart.ts'
import { newChecker } from '../../src/scenario/check/check.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { parts } from '../../src/scenario/parts.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const checker = newChecker(parts)
const TERMS = {
  checked: false,
  openTrace: () => {
    throw new Error('no traces here')
  },
}

/** A coordinator that asks a store so often for each answer. */
function asking(times: number, seconds = 2): Scenario {
  const step = '{ ask: store, request: { kind: job } }'
  const text = `name: asking
hosts: { box: { cores: 4 } }
services: { store: { kind: queue, on: box, service: { kind: constant, value: 1ms } } }
coordinators:
  queen: { kind: pipeline, on: box, handler-cost: 20us, steps: [${Array(times).fill(step).join(', ')}] }
workload:
  target: queen
  arrivals: { kind: constant, rate: 10/s }
  request: { kind: job }
measure: { duration: "${seconds - 0.05} s" }
`
  return loadScenario('asking.yaml', { checker, read: () => text, seeds: ['1'] }).variants[0]!.scenario
}

const countsOf = async (scenario: Scenario): Promise<Counts> =>
  (await runSide(scenario, ['1', '2'], TERMS, true)).counts!

describe('what a run sends and handles', () => {
  test('is counted: so many messages a request, and each handling with what it holds the process for', async () => {
    const { runs, sent, handled } = await countsOf(asking(3))
    const messages = (from: string, to: string) =>
      sent
        .filter((each) => each.from === from && each.to === to)
        .map(({ kind, role, messages }) => [kind, role, messages])
    const asked = sent.find(({ from }) => from === CLIENTS)!.messages
    expect(runs).toBe(2)
    expect(messages(CLIENTS, 'queen')).toEqual([['job', 'request', asked]])
    expect(messages('queen', 'store')).toEqual([['job', 'request', 3 * asked]])
    // The request, and three answers: 20 µs each, with nobody to wait for.
    const queen = handled.filter(({ part }) => part === 'queen')
    expect(new Map(queen.map(({ what, times, held }) => [what, [times, held]]))).toEqual(
      new Map([
        ['job', [asked, asked * 20_000]],
        ['job answered', [3 * asked, 3 * asked * 20_000]],
      ]),
    )
  })

  test('differs a request by what was changed, however many requests there were on either side', async () => {
    const found = countDifferences(await countsOf(asking(1, 2)), await countsOf(asking(3, 7)))
    expect(found.per).toBe('request')
    expect(found.units.b).toBeGreaterThan(3 * found.units.a)
    expect(found.sent).toEqual([
      { kind: 'job', role: 'request', from: 'queen', to: 'store', a: 1, b: 3, bytes: expect.anything() },
    ])
    const [most] = found.handled
    expect(most).toMatchObject({
      part: 'queen',
      what: 'job answered',
      a: 1,
      b: 3,
      each: { a: 20_000, b: 20_000 },
    })
  })

  test('does not differ from itself', async () => {
    const counts = await countsOf(asking(2))
    expect(countDifferences(counts, counts)).toMatchObject({ sent: [], handled: [] })
  })
})

const counts: fc.Arbitrary<Counts> = fc.record({
  runs: fc.constant(1),
  open: fc.nat(9),
  lasted: fc.nat(1e9),
  sent: fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom('get', 'set', 'job'),
      role: fc.constantFrom('request' as const, 'one-way' as const),
      from: fc.constantFrom<string>('queen', CLIENTS),
      to: fc.constantFrom('redis', 'queen'),
      messages: fc.nat(1000),
      bytes: fc.nat(1e6),
    }),
    { selector: ({ kind, role, from, to }) => [kind, role, from, to].join() },
  ),
  handled: fc.uniqueArray(
    fc.record({
      part: fc.constantFrom('queen', 'agent'),
      what: fc.constantFrom('job', 'timer'),
      times: fc.integer({ min: 1, max: 99 }),
      held: fc.nat(1e6),
    }),
    { selector: ({ part, what }) => `${part} ${what}` },
  ),
})

test('counts of several runs sum, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(counts, { minLength: 1, maxLength: 4 }), (all) => {
      const sum = (of: readonly Counts[]) =>
        of.flatMap(({ sent }) => sent).reduce((total, { messages }) => total + messages, 0)
      expect(sum([together(all)])).toBe(sum(all))
      expect(together(all)).toEqual(together(all.toReversed()))
      expect(together(all).runs).toBe(all.length)
    }),
  )
})

test('a side that was plain data for a while tells the same', async () => {
  const side = await runSide(asking(2), ['1', '2'], TERMS, true)
  const again = sideOf(JSON.parse(JSON.stringify(keptSide(side))))
  for (const figure of ['mean', 'p95'] as const)
    expect(takeApart(ranked(again.logs), figure)).toEqual(takeApart(ranked(side.logs), figure))
  expect(keptSide(again)).toEqual(JSON.parse(JSON.stringify(keptSide(side))))
})
