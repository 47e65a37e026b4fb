import { describe, expect, test } from 'vitest'
import type { CountDifferences } from '../../src/explain/counts.ts'
import type { Explanation } from '../../src/explain/explanation.ts'
import { tellingCounts, whyLines } from '../../src/report/why.ts'

const cause = (part: string, place: string, a: number, b: number) => ({ part, place, what: 'get', a, b })

const counts = (more: Partial<CountDifferences> = {}): CountDifferences => ({
  per: 'request',
  units: { a: 1000, b: 1000 },
  open: { a: 0, b: 0 },
  lasted: { a: 10e9, b: 10e9 },
  sent: [{ kind: 'get', role: 'request', from: 'queen', to: 'redis', a: 1, b: 2, bytes: { a: 10, b: 10 } }],
  handled: [{ part: 'queen', what: 'job', a: 1, b: 1, each: { a: 20_000, b: 30_000 } }],
  ...more,
})

const event = (name: string, at: number) => ({ index: 8, at, name, state: '' })

const explanation = (more: Partial<Explanation> = {}): Explanation => ({
  seeds: ['1'],
  metric: 'latency.p95',
  unit: 'ns',
  a: 10e6,
  b: 51.2e6,
  same: false,
  changes: [{ path: ['code'], a: '0123456789', b: 'what stands here' }],
  code: { revision: 'main', commit: '0123456789', subject: 'Before', files: ['src/coordination/queen.ts'] },
  counts: counts(),
  divergence: {
    seed: '1',
    events: 8,
    before: [],
    a: event('job comes from queen to agent', 2e6),
    b: event('get comes from queen to redis', 1e6),
    request: undefined,
  },
  differences: [
    {
      figure: 'p95',
      a: 10e6,
      b: 51.2e6,
      requests: { a: 50, b: 50 },
      causes: [
        cause('queue', 'redis', 0, 38e6),
        cause('network', 'redis', 1e6, 4.2e6),
        cause('service', 'redis', 9e6, 9e6),
      ],
    },
  ],
  attribution: null,
  slowest: { a: null, b: null },
  ...more,
})

describe('why something is worse', () => {
  test('is told in three sentences: the causes, the counts, what differs with the first event that does', () => {
    expect(whyLines(explanation())).toEqual([
      'latency.p95 +41.2 ms (+412 %): queue redis +38 ms, network to redis +3.2 ms.',
      'get, queen to redis: 2 instead of 1 a request.',
      'No parameter differs, the code does: src/coordination/queen.ts; the first event that differs (seed 1): get comes from queen to redis instead of job comes from queen to agent, at 1 ms.',
    ])
  })

  test('names the handler that holds its process longer, where nothing is sent more often', () => {
    expect(whyLines(explanation({ counts: counts({ sent: [] }) }))[1]).toBe(
      'queen, job: 30 µs instead of 20 µs each.',
    )
  })

  test('is nothing where every run had the same events', () => {
    expect(whyLines(explanation({ same: true }))).toEqual([])
  })

  test('of another metric puts what the latency did beside it', () => {
    const [first] = whyLines(explanation({ metric: 'throughput', unit: '/s', a: 100, b: 80 }))
    expect(first).toMatch(/^throughput −20\/s \(−20 %\); latency\.p95 \+41\.2 ms/)
  })

  test('has no line break in it, whatever a scenario calls its parts', () => {
    const named = explanation({ counts: counts({ sent: [{ ...counts().sent[0]!, kind: 'a\n::error::b' }] }) })
    expect(whyLines(named).every((line) => !line.includes('\n'))).toBe(true)
  })
})

describe('a count is told', () => {
  const told = (a: number, b: number, more: Partial<CountDifferences> = {}) =>
    tellingCounts(counts({ sent: [{ ...counts().sent[0]!, a, b }], ...more })).sent.length === 1

  test('where it differs by one in fifty requests', () => expect(told(1, 1.02)).toBe(true))

  test('not where as many requests lack an answer', () => {
    expect(told(1, 1.02, { open: { a: 0, b: 30 } })).toBe(false)
  })

  test('not where it comes by the clock in a run that lasts longer, but where it is more than that', () => {
    const longer = { lasted: { a: 10e9, b: 30e9 } }
    expect([told(1, 3, longer), told(1, 2, longer), told(1, 6, longer)]).toEqual([false, true, true])
  })

  test('of a run where it differs by a thirtieth', () => {
    expect([told(100, 102, { per: 'run' }), told(100, 110, { per: 'run' })]).toEqual([false, true])
  })
})
