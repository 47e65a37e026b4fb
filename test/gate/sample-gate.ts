// Results, baselines and reports of a gate, made of the few figures that a test is about.

import { baselineOf } from '../../src/gate/baseline-of.ts'
import type { Terms } from '../../src/gate/judge.ts'
import type { Threshold } from '../../src/gate/threshold.ts'
import { type Finding, gateReport, type ScenarioVerdict } from '../../src/gate/verdict.ts'
import type { Baseline } from '../../src/results/baseline.ts'
import { type MetricValue, RESULT_SCHEMA, type Result } from '../../src/results/result.ts'

type Samples = readonly (number | null)[]

export const metricOf = (samples: Samples, more: Partial<MetricValue> = {}): MetricValue => {
  const seen = samples.filter((value) => value !== null)
  return {
    class: samples.length === 1 ? 'exact' : 'sampled',
    unit: 'ns',
    better: 'lower',
    meaning: 'a figure',
    value: seen.length === 0 ? null : seen.reduce((a, b) => a + b, 0) / seen.length,
    interval: null,
    samples,
    ...more,
  }
}

/** One variant, `fleet`, with these metrics; all have the same number of samples. */
export function resultOf(metrics: Readonly<Record<string, MetricValue>>, resolved: object = {}): Result {
  const count = Object.values(metrics)[0]?.samples.length ?? 1
  const seeds = Array.from({ length: count }, (_, i) => String(i + 1))
  return {
    schema: RESULT_SCHEMA,
    scenario: { name: 'fleet', title: 'Fleet', description: '', hash: 'h', resolved },
    variants: [
      {
        name: 'fleet',
        parameters: {},
        seeds,
        metrics,
        series: {},
        histograms: {},
        breakdown: [],
        faults: [],
        checks: [],
        fingerprints: Object.fromEntries(seeds.map((seed) => [seed, '0123456789abcdef'])),
      },
    ],
    speedups: [],
    claims: [],
    provenance: {
      tool: 'rehearsal',
      version: '0.1.0',
      node: 'v20',
      platform: 'linux',
      commit: 'c0ffee',
      created: '2026-01-01T00:00:00Z',
      wallSeconds: 1,
      events: 1,
    },
  }
}

export const baselineFrom = (result: Result): Baseline =>
  baselineOf(result, {
    reason: 'first',
    file: 'fleet.yaml',
    keyMetrics: Object.keys(result.variants[0]!.metrics),
  })

export const worseBy = (share: number, named = false): Threshold => ({
  kind: 'worse-by',
  share,
  text: `worse by ${share}`,
  named,
})

export const termsWith = (threshold: Threshold, named: readonly string[] = []): Terms => ({
  threshold: () => threshold,
  place: () => null,
  named: () => named,
})

export const finding = (more: Partial<Finding> = {}): Finding => ({
  variant: 'fleet',
  metric: 'latency.p95',
  unit: 'ns',
  better: 'lower',
  class: 'exact',
  answer: 'worse',
  verdict: 'fail',
  baseline: 8_000_000,
  now: 8_200_000,
  interval: null,
  seeds: 1,
  threshold: 'worse by 2 %',
  note: null,
  place: { file: 'scenarios/fleet.yaml', line: 31, column: 3 },
  ...more,
})

export const scenarioOf = (more: Partial<ScenarioVerdict> = {}): ScenarioVerdict => ({
  name: 'fleet',
  file: 'scenarios/fleet.yaml',
  verdict: 'fail',
  against: { of: 'results/baselines/fleet.json', commit: '3f2a1bc', reason: 'batches of 32' },
  reasons: [],
  checks: [],
  findings: [finding()],
  claims: [],
  why: null,
  notes: [],
  runs: 1,
  same: false,
  place: { file: 'scenarios/fleet.yaml', line: 1, column: 7 },
  accept: 'rehearsal baseline accept scenarios/fleet.yaml --reason TEXT',
  ...more,
})

export const reportOf = (...scenarios: readonly Partial<ScenarioVerdict>[]) =>
  gateReport(scenarios.map(scenarioOf))
