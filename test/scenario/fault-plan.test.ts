// A plan that was printed and is read again is the same plan.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ScenarioError } from '../../src/errors.ts'
import { newChecker } from '../../src/scenario/check/check.ts'
import { planText } from '../../src/scenario/fault-plan.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { parts } from '../../src/scenario/parts.ts'
import { ms, seconds } from '../../src/units.ts'
import type { PlannedFault } from '../../src/world/faults/plan.ts'

const CHECKER = newChecker(parts)

const SCENARIO = `
name: small
hosts: { worker: { count: 3 } }
services: { line: { kind: queue, on: worker, service: 1s } }
fault-profile: { until: 1h, draw: [{ kind: crash, rate: 1/min, host: worker }] }
`

const files: Record<string, string> = { 'a.yaml': SCENARIO }

const loaded = (plan: string) =>
  loadScenario('a.yaml', {
    checker: CHECKER,
    read: (path) => (path === 'plan.yaml' ? plan : files[path]!),
    faults: 'plan.yaml',
  }).variants[0]!.scenario

const name = (...names: string[]) => names.map((name) => ({ name }))
const host = fc
  .subarray(['worker.1', 'worker.2', 'worker.3', 'worker'], { minLength: 1 })
  .map((all) => name(...all))
const time = fc.integer({ min: 0, max: 2 ** 52 })
const lasting = fc.option(time, { nil: undefined })
const chance = fc.double({ min: 0, max: 1, noNaN: true })
const latency = fc.oneof(
  fc.constant(undefined),
  time.map((value) => ({ kind: 'constant', value })),
  fc.tuple(time, time).map(([a, b]) => ({ kind: 'uniform', low: Math.min(a, b), high: Math.max(a, b) })),
)

const fault: fc.Arbitrary<PlannedFault> = fc.oneof(
  fc.record({
    at: time,
    kind: fc.constant('crash'),
    values: fc.record({ host, for: lasting }),
  }),
  fc.record({
    at: time,
    kind: fc.constant('bad-link'),
    values: fc.record({
      between: fc.tuple(host, host),
      direction: fc.constantFrom('both', 'one-way'),
      loss: chance,
      duplicate: chance,
      corrupt: chance,
      reorder: chance,
      extraLatency: latency,
      bandwidthRatio: fc.constantFrom(1, 0.5, 0.001),
      for: lasting,
    }),
  }),
)

describe('a plan of faults', () => {
  test('is the same when it is printed and read again', () => {
    fc.assert(
      fc.property(fc.array(fault, { maxLength: 8 }), (plan) => {
        const scenario = loaded(planText(plan, parts, 'about it'))
        expect(scenario.faults).toEqual(plan)
        expect(scenario.faultProfile).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })

  test('is one fault a line, with what is usual left out', () => {
    const plan: PlannedFault[] = [
      { at: 108_386 * ms(1), kind: 'crash', values: { host: name('worker.2'), for: seconds(30) } },
      {
        at: seconds(120),
        kind: 'partition',
        values: { between: [name('worker.1'), name('worker.2', 'worker.3')], direction: 'both' },
      },
    ]
    expect(planText(plan, parts, 'small, seed 1: 2 faults')).toBe(
      [
        '# small, seed 1: 2 faults',
        'faults:',
        '  - { at: 108.386s, kind: crash, host: worker.2, for: 30s }',
        '  - { at: 2min, kind: partition, between: [ worker.1, [ worker.2, worker.3 ] ] }',
        '',
      ].join('\n'),
    )
    expect(planText([], parts, 'none')).toBe('# none\nfaults: []\n')
  })

  const mistakes = (plan: string): string => {
    try {
      loaded(plan)
    } catch (error) {
      if (error instanceof ScenarioError) return error.message
      throw error
    }
    throw new Error('no mistake')
  }

  test('is complained of in its own file', () => {
    expect(mistakes('faults:\n  - { at: 1s, kind: crash, host: wrker }')).toMatchInlineSnapshot(`
      "plan.yaml:2:34: unknown host: wrker; known: worker
        2 |   - { at: 1s, kind: crash, host: wrker }
                                             ^
        did you mean "worker"?"
    `)
    expect(mistakes('name: a\nfaults: []')).toMatchInlineSnapshot(`
      "plan.yaml:1:1: unknown key: name; known: faults
        1 | name: a
            ^
        a plan of faults is what \`rehearsal faults SCENARIO\` prints"
    `)
    expect(mistakes('{}')).toMatchInlineSnapshot(`
      "plan.yaml:1:1: missing faults: what goes wrong, and when
        1 | {}
            ^
        a plan of faults is what \`rehearsal faults SCENARIO\` prints"
    `)
    expect(mistakes('faults: [{ at: 1, kind: crash, host: worker }]')).toMatchInlineSnapshot(`
      "plan.yaml:1:16: invalid at: 1; expected a duration with its unit, such as 250us, 20ms, 1.5s, 10min or 2h
        1 | faults: [{ at: 1, kind: crash, host: worker }]
                           ^
        did you mean "1ms"?"
    `)
  })
})

test('a profile without an end, or without a fault that comes, is refused', () => {
  const mistake = (profile: string): string => {
    const text = SCENARIO.replace(/fault-profile.*\n/, `fault-profile: ${profile}\n`)
    try {
      loadScenario('a.yaml', { checker: CHECKER, read: () => text })
    } catch (error) {
      if (error instanceof ScenarioError) return error.message
      throw error
    }
    throw new Error('no mistake')
  }
  expect(mistake('{ draw: [{ kind: crash, rate: 1/min, host: worker }] }')).toMatchInlineSnapshot(`
    "a.yaml:5:16: a run without measure.duration has no end, nor has the fault-profile; expected until
      5 | fault-profile: { draw: [{ kind: crash, rate: 1/min, host: worker }] }
                         ^"
  `)
  expect(mistake('{ until: 1h, draw: [{ kind: crash, rate: 0/min, host: worker }] }')).toMatchInlineSnapshot(`
    "a.yaml:5:35: no fault has a rate above 0; expected at least one that has
      5 | fault-profile: { until: 1h, draw: [{ kind: crash, rate: 0/min, host: worker }] }
                                            ^"
  `)
  expect(
    mistake('{ from: 2h, until: 1h, draw: [{ kind: crash, rate: 1/min, host: worker }] }'),
  ).toMatchInlineSnapshot(`
    "a.yaml:5:16: no time is left for faults: they come from 2 h to 1 h
      5 | fault-profile: { from: 2h, until: 1h, draw: [{ kind: crash, rate: 1/min, host: worker }] }
                         ^"
  `)
  expect(mistake('{ until: 1h, draw: [{ kind: crsh, rate: 1/min, host: worker }] }')).toMatchInlineSnapshot(`
    "a.yaml:5:44: unknown kind of fault: crsh; known: bad-link, byzantine, clock-jump, crash, disk-full, disk-slow, flapping, hold, kill, memory-leak, partition, pause, restart, service, slow-down
      5 | fault-profile: { until: 1h, draw: [{ kind: crsh, rate: 1/min, host: worker }] }
                                                     ^
      did you mean "crash"?"
  `)
  expect(
    mistake('{ until: 1h, draw: [{ kind: clock-jump, rate: 1/min, host: worker, by: 1s, for: 3s }] }'),
  ).toMatchInlineSnapshot(`
    "a.yaml:5:91: unknown key: for; known: kind, rate, spread, host, by, direction
      5 | aw: [{ kind: clock-jump, rate: 1/min, host: worker, by: 1s, for: 3s }] }
                                                                      ^"
  `)
})
