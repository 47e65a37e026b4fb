import { describe, expect, test } from 'vitest'
import type { CountDifference, CountDifferences, WorkDifference } from '../../src/explain/counts.ts'
import type { Explanation } from '../../src/explain/explanation.ts'
import { tellingCounts } from '../../src/report/counts.ts'
import { renderExplanation } from '../../src/report/terminal/explanation.ts'
import { whyLines } from '../../src/report/why.ts'

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

const BY_CODE = { path: ['code'], a: '0123456789', b: 'what stands here' }
const LATENCY = { path: ['network', 'latency'], a: '1ms', b: '2ms' }
const SLOTS = { path: ['services', 'fleet', 'slots'], a: 1, b: '4x', filled: { a: 1, b: 4 } }

const attributed = (
  ...effects: readonly { unit: (typeof BY_CODE | typeof SLOTS)[]; explains: number }[]
): Explanation['attribution'] => ({
  a: 10e6,
  b: 51.2e6,
  effects: effects.map((each) => ({ ...each, intoA: each.explains, outOfB: each.explains })),
  scenarios: 2,
  untried: 0,
})

const TITLES = { a: 'a', b: 'b', notes: [] }

const explanation = (more: Partial<Explanation> = {}): Explanation => ({
  seeds: ['1'],
  metric: 'latency.p95',
  unit: 'ns',
  a: 10e6,
  b: 51.2e6,
  beside: [],
  same: false,
  changes: [BY_CODE],
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
  attribution: attributed({ unit: [BY_CODE], explains: 41.2e6 }),
  slowest: { a: null, b: null },
  ...more,
})

const sent = (more: Partial<CountDifference>): CountDifference => ({ ...counts().sent[0]!, ...more })
const work = (more: Partial<WorkDifference>): WorkDifference => ({ ...counts().handled[0]!, ...more })
const withCounts = (more: Partial<CountDifferences>) => explanation({ counts: counts(more) })

describe('why something is worse', () => {
  test('begins with what the code does otherwise, then where the time goes, the files, and the first event that differs', () => {
    expect(whyLines(explanation())).toEqual([
      'latency.p95 +41.2 ms (+412 %) comes of the code (get, queen to redis: 2 instead of 1 a request).',
      'Where the time goes: in the queue of redis +38 ms, on the network to redis +3.2 ms.',
      'No parameter differs, the code does: src/coordination/queen.ts.',
      'The first event that differs (seed 1): get comes from queen to redis instead of job comes from queen to agent, at 1 ms.',
    ])
  })

  test('begins with the change that is responsible, with its values', () => {
    const found = explanation({
      code: null,
      changes: [LATENCY, SLOTS],
      attribution: attributed({ unit: [SLOTS], explains: 40e6 }, { unit: [LATENCY], explains: 1e6 }),
    })
    expect(whyLines(found).slice(0, 2)).toEqual([
      'latency.p95 +41.2 ms (+412 %) comes of services.fleet.slots (1 → 4): +40 ms of it.',
      'get, queen to redis: 2 instead of 1 a request.',
    ])
  })

  test('names changes that act against one another, each with its share', () => {
    const found = explanation({
      code: null,
      changes: [LATENCY, SLOTS],
      attribution: attributed({ unit: [LATENCY], explains: 60e6 }, { unit: [SLOTS], explains: -18.8e6 }),
    })
    expect(whyLines(found)[0]).toBe(
      'latency.p95 +41.2 ms (+412 %) comes of network.latency (1ms → 2ms) +60 ms, services.fleet.slots (1 → 4) −18.8 ms.',
    )
  })

  test('names the handler that holds its process longer, where nothing is sent more often', () => {
    const mailbox = [{ ...explanation().differences[0]!, causes: [cause('mailbox', 'queen', 0, 41.2e6)] }]
    const handled = [work({ each: { a: 2_000, b: 30_000 } })]
    const found = { ...withCounts({ sent: [], handled }), differences: mailbox }
    expect(whyLines(found)[0]).toMatch(/ comes of the code \(queen, job: 30 µs instead of 2 µs each\)\.$/)
  })

  test('names no handler where no time is spent in processes', () => {
    expect(whyLines(withCounts({ sent: [] }))[0]).toMatch(
      / comes of the code \(src\/coordination\/queen\.ts\)\.$/,
    )
  })

  test('names the files first where counts differ less than the figure: they may come of it', () => {
    const [first, second] = whyLines(withCounts({ sent: [sent({ kind: 'ping', a: 4, b: 4.1 })] }))
    expect(first).toMatch(/ comes of the code \(src\/coordination\/queen\.ts\)\.$/)
    expect(second).toBe('ping, queen to redis: 4.1 instead of 4 a request.')
  })

  test('names who sleeps more often before what comes of it', () => {
    const ping = sent({ kind: 'ping', a: 40, b: 41 })
    const slept = work({ what: 'slept', a: 1, b: 10, each: { a: 300, b: 300 } })
    expect(whyLines(withCounts({ sent: [ping], handled: [slept] }))[0]).toMatch(
      / comes of the code \(queen sleeps 10 instead of 1 times a request\)\.$/,
    )
  })

  test('names messages that are as many and larger', () => {
    const larger = sent({ b: 1, bytes: { a: 1024, b: 10_240 } })
    expect(whyLines(withCounts({ sent: [larger] }))[0]).toContain(
      'get, queen to redis: 10 KiB instead of 1 KiB each',
    )
  })

  test('says that less is answered: what is not has no latency', () => {
    const errors = { metric: 'errors', unit: 'ratio', a: 0, b: 0.25 } as const
    const found = { ...withCounts({ open: { a: 0, b: 400 } }), beside: [errors] }
    const told =
      'Only what is answered has a latency: errors 0 % → 25 %; 0 of 1,000 requests without an answer in A, 400 of 1,000 in B.'
    expect(whyLines(found)[1]).toBe(told)
    const text = renderExplanation(found, TITLES, { columns: 80, colour: false })
    expect(text.replace(/\s+/g, ' ')).toContain(told)
    expect(text).toMatch(/^ {2}errors +0 % +25 % +\+25 %$/m)
    expect(whyLines(withCounts({ open: { a: 60, b: 60 }, units: { a: 1000, b: 500 } })).join()).not.toContain(
      'Only what is answered',
    )
  })

  test('has causes of long names whole, in 80 columns, and none that adds next to nothing', () => {
    const named = 'an-agent-with-a-very-long-name-of-its-own'
    const causes = [
      cause('queue', named, 0, 41.1e6),
      cause('network', 'redis', 0, 1e6),
      cause('core', 'redis', 5, 9),
    ]
    const figures = ['mean', 'p50', 'p95', 'p99'] as const
    const long = figures.map((figure) => ({ ...explanation().differences[0]!, figure, causes }))
    const text = renderExplanation(explanation({ differences: long }), TITLES, { columns: 80, colour: false })
    expect(text).toMatch(new RegExp(`^  queue ${named}\\n +0 ns +41\\.1 ms `, 'm'))
    expect(text).toMatch(/^ {2}1 other cause +5 ns/m)
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('says where the time goes, too, where one cause takes what another gives', () => {
    const causes = [cause('mailbox', 'agent', 6e6, 0), cause('compute', 'queen', 0, 6e6)]
    const alike = { ...explanation().differences[0]!, a: 10e6, b: 10e6, causes }
    const lines = whyLines(explanation({ b: 10e6, differences: [alike], attribution: null }))
    expect(lines[0]).toBe('latency.p95 is the same, 10 ms.')
    expect(lines).toContain(
      'Where the time goes: waiting for agent (mailbox) −6 ms, computing at queen (get) +6 ms.',
    )
    const still = { ...alike, causes: [cause('queue', 'redis', 0, 900)] }
    expect(whyLines(explanation({ differences: [still] })).join()).not.toContain('Where the time goes')
  })

  test('is nothing where every run had the same events', () => {
    expect(whyLines(explanation({ same: true }))).toEqual([])
  })

  test('of another metric tells its change, and what the latency did', () => {
    const lines = whyLines(
      explanation({ metric: 'throughput', unit: '/s', a: 100, b: 80, attribution: null }),
    )
    expect(lines[0]).toBe('throughput −20/s (−20 %).')
    expect(lines).toContainEqual(
      expect.stringMatching(/^latency\.p95 \+41\.2 ms \(\+412 %\): in the queue of redis/),
    )
  })

  test('says events in words', () => {
    const divergence = { ...explanation().divergence!, a: event('Runner', 1e6), b: event('Cgroup', 2e6) }
    expect(whyLines(explanation({ divergence })).join()).toContain(
      'a limit of CPU time sets in or ends instead of a step of a model is over, at 1 ms',
    )
  })

  test('has no line break in it, whatever a scenario calls its parts', () => {
    const named = explanation({ counts: counts({ sent: [{ ...counts().sent[0]!, kind: 'a\n::error::b' }] }) })
    expect(whyLines(named).every((line) => !line.includes('\n'))).toBe(true)
  })
})

describe('a count is told', () => {
  const told = (a: number, b: number, more: Partial<CountDifferences> = {}) =>
    tellingCounts({ counts: counts({ sent: [sent({ a, b })], ...more }), differences: [] }).sent.length === 1

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
