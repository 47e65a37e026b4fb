// Results with one known answer each, made by hand.

import type {
  Breakdown,
  Fault,
  MetricValue,
  Result,
  Scalar,
  Series,
  Variant,
} from '../../../src/results/result.ts'
import { metric, queueing } from '../sample-results.ts'

export const S = 1e9

/** Of the instants in seconds; `null`: it lasts for good. */
export const faultFrom = (at: number, until: number | null, kind: string, target: string): Fault => ({
  at: at * S,
  until: until === null ? null : until * S,
  kind,
  befalls: target === 'box' ? 'host' : 'process',
  target,
  detail: '',
})

export interface Parts {
  readonly name?: string
  readonly parameters?: Readonly<Record<string, Scalar>>
  readonly metrics?: Readonly<Record<string, MetricValue>>
  readonly rest?: Partial<Variant>
}

export const variantOf = ({ name, parameters = {}, metrics = {}, rest = {} }: Parts): Variant => ({
  name:
    name ??
    (Object.entries(parameters)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ') ||
      'only'),
  parameters,
  seeds: Object.values(metrics)[0]?.samples.map((_, i) => String(i + 1)) ?? ['1'],
  metrics,
  series: {},
  histograms: {},
  breakdown: [],
  faults: [],
  checks: [],
  fingerprints: {},
  ...rest,
})

export const resultOf = (
  variants: readonly Variant[],
  resolved: unknown = {},
  rest: Partial<Result> = {},
): Result => ({
  ...queueing(),
  scenario: { ...queueing().scenario, name: 'made', title: 'Made', resolved },
  variants,
  speedups: [],
  claims: [],
  ...rest,
})

/** One value a seed; lower is better unless it is a rate. */
export const samples = (
  values: readonly number[],
  unit: MetricValue['unit'],
  extra: Partial<MetricValue> = {},
): MetricValue =>
  metric(values.reduce((a, b) => a + b, 0) / values.length, unit, 'made', {
    class: values.length > 1 ? 'sampled' : 'exact',
    samples: values,
    ...extra,
  })

export const share = (value: number): MetricValue => metric(value, 'ratio', 'made')

export const breakdownOf = (of: Breakdown['of'], requests: number, parts: Breakdown['parts']): Breakdown => ({
  of,
  requests,
  latency: Object.values(parts).reduce((a, b) => a + b, 0),
  parts,
})

/** A value a second. */
export const seriesOf = (values: readonly (number | null)[], unit: Series['unit'] = 'count'): Series => ({
  unit,
  meaning: 'made',
  start: 0,
  width: S,
  values,
})
