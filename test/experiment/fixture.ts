// Experiments without a run: a file of one criterion or claim, and variants with the figures that a test wants.

import { ScenarioError } from '../../src/errors.ts'
import type { MetricValue, Scalar, Variant } from '../../src/results/result.ts'
import { parseExpression } from '../../src/scenario/expression.ts'
import type { ClaimSpec, Criterion, Scenario, ScenarioFile, Test } from '../../src/scenario/scenario.ts'
import type { Unit } from '../../src/units.ts'
import { HOST, NETWORK } from '../world/fixture.ts'

export type Settings = Readonly<Record<string, Scalar>>

export const limit = (text: string | number) => ({ text, path: ['expect', 0] })

export const criterion = (test: Test, more: Partial<Criterion> = {}): Criterion => ({
  metric: 'latency.mean',
  relativeTo: undefined,
  when: undefined,
  test,
  why: undefined,
  path: ['expect', 0],
  ...more,
})

export function scenarioOf(parameters: Settings, more: Partial<Scenario> = {}): Scenario {
  return {
    parameters,
    hosts: { box: { count: 1, values: HOST } },
    network: { values: NETWORK, links: [] },
    services: {},
    coordinators: {},
    workload: undefined,
    faults: [],
    faultProfile: undefined,
    measure: { duration: undefined, warmUp: 0, requests: undefined, events: 1e8 },
    expect: [],
    claims: [],
    ...more,
  }
}

/** A file of these variants; each scenario is what `of` makes of its settings. */
export function fileOf(
  all: readonly Settings[],
  of: (parameters: Settings) => Partial<Scenario> = () => ({}),
  seeds: readonly string[] = ['1'],
): ScenarioFile {
  const names = Object.keys(all[0]!)
  return {
    name: 'test',
    title: 'Test',
    description: 'A test.',
    file: 'test.yaml',
    seeds,
    axes: names.map((name) => ({ name, values: [...new Set(all.map((each) => each[name]!))] })),
    variants: all.map((parameters) => ({
      name:
        Object.entries(parameters)
          .map(([name, value]) => `${name}=${value}`)
          .join(' ') || 'test',
      parameters,
      scenario: scenarioOf(parameters, of(parameters)),
    })),
    resolved: {},
    mistake: (path, message, hint) => ({
      message: `${path.join('.')}: ${message}`,
      ...(hint === undefined ? {} : { hint }),
    }),
  }
}

export const figure = (
  value: number | null,
  unit: Unit = 'ns',
  interval: MetricValue['interval'] = null,
  samples: MetricValue['samples'] = [value],
): MetricValue => ({
  class: 'exact',
  unit,
  better: 'lower',
  meaning: 'a figure',
  value,
  interval,
  samples,
})

export const variantOf = (
  parameters: Settings,
  metrics: Readonly<Record<string, MetricValue>>,
  seeds: readonly string[] = ['1'],
): Variant => ({
  name: 'a variant',
  parameters,
  seeds,
  metrics,
  series: {},
  histograms: {},
  breakdown: [],
  faults: [],
  checks: [],
  fingerprints: {},
})

export const when = (text: string, names: readonly string[]) => parseExpression(text, names)

export const claim = (settledBy: ClaimSpec['settledBy'], more: Partial<ClaimSpec> = {}): ClaimSpec => ({
  id: 'OM-02',
  text: 'It is fast',
  note: undefined,
  source: undefined,
  condition: undefined,
  settledBy,
  path: ['claims', 0],
  ...more,
})

/** All settings of some axes, the first varying slowest. */
export const cross = (axes: Readonly<Record<string, readonly Scalar[]>>): Settings[] =>
  Object.entries(axes).reduce<Settings[]>(
    (all, [name, values]) => all.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
    [{}],
  )

/** What the user is told of a mistake, or that there is none. */
export function mistakeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof ScenarioError) return error.message
    throw error
  }
  return 'no mistake'
}
