// Results of many runs, made by a formula: what a page is to filter.

import { combine } from '../../src/results/assemble.ts'
import type { Result, Variant } from '../../src/results/result.ts'
import { queueing } from './sample-results.ts'

const SECOND = 1e9
const MS = 1e6

interface Size {
  /** Values on the axis `agents`. */
  readonly agents: readonly number[]
  /** Values on the axis `mode`. */
  readonly modes: readonly string[]
  readonly seeds: number
  /** Metrics besides `latency.p95`, `throughput`. */
  readonly metrics: number
  readonly bins: number
  readonly cores: number
  readonly buckets: number
}

const SMALL: Size = {
  agents: [1, 4, 16],
  modes: ['hasty', 'careful'],
  seeds: 4,
  metrics: 3,
  bins: 12,
  cores: 2,
  buckets: 20,
}

/** What chance there is: between 0 and 1, another for each argument. */
const chance = (...of: readonly number[]): number => {
  const x = of.reduce((sum, each, i) => sum + (each + 1) * (12.9898 + 66.17 * i), 0)
  return Math.abs(Math.sin(x) * 43_758.5453) % 1
}

function variantOf(place: number, agents: number, mode: string, size: Size): Variant {
  const names = Array.from({ length: size.seeds }, (_, i) => String(i + 1))
  const base = { better: 'lower' as const, unit: 'ns' as const }
  const latency = (seed: number): number => (1000 / agents + 40 * place + 25 * chance(place, seed)) * MS
  const series = (unit: 'ratio' | '/s' | 'count', kind: number, scale: number) => ({
    unit,
    meaning: 'over time',
    start: 0,
    width: SECOND,
    values: Array.from({ length: size.bins }, (_, i) => scale * chance(place, kind, i)),
  })
  const records = names.map((_, seed) => ({
    measured: size.bins * SECOND,
    metrics: {
      'latency.p95': { ...base, meaning: '95 % of all requests took no longer', value: latency(seed) },
      throughput: {
        unit: '/s' as const,
        better: 'higher' as const,
        meaning: 'requests answered a second',
        value: agents * (1 + 0.1 * chance(place, seed, 7)),
      },
      ...Object.fromEntries(
        Array.from({ length: size.metrics }, (_, i) => [
          `service.part-${i}.wait`,
          { ...base, meaning: `what requests wait for at part ${i}`, value: 1e6 * chance(place, seed, i, 3) },
        ]),
      ),
    },
    series: {
      throughput: series('/s', 1, agents),
      'in-system': series('count', 2, 10),
      'service.ollama.queue': series('count', 3, 5),
      'service.ollama.utilisation': series('ratio', 4, 1),
      ...Object.fromEntries(
        Array.from({ length: size.cores }, (_, i) => [
          `host.worker.core.${i}.utilisation`,
          series('ratio', 10 + i, 1),
        ]),
      ),
    },
    histograms: {
      latency: {
        unit: 'ns' as const,
        meaning: 'from asking to the end of the answer',
        count: size.buckets * 3,
        min: 10 * MS,
        max: 10 * MS * 1.02 ** size.buckets,
        mean: 40 * MS,
        relativeError: 0.01,
        buckets: Array.from(
          { length: size.buckets },
          (_, i) => [10 * MS * 1.02 ** i, 10 * MS * 1.02 ** (i + 1), 1 + (i % 5)] as const,
        ),
      },
    },
    breakdown: [
      {
        of: 'all' as const,
        requests: 10 + seed,
        latency: latency(seed),
        parts: { queue: latency(seed) / 4, service: (3 * latency(seed)) / 4 },
      },
    ],
  }))
  return {
    name: `agents=${agents} mode=${mode}`,
    parameters: { agents, mode },
    ...combine(records, names),
    faults: [],
    checks: [{ name: 'conservation', kind: 'law', pass: true, detail: 'all answered' }],
    fingerprints: Object.fromEntries(
      names.map((name, i) => [name, `${place}${i}f0e1d2c3b4a59687`.slice(0, 16)]),
    ),
  }
}

export function campaign(some: Partial<Size> = {}): Result {
  const size = { ...SMALL, ...some }
  const places = size.agents.flatMap((agents) => size.modes.map((mode) => ({ agents, mode })))
  const variants = places.map(({ agents, mode }, i) => variantOf(i, agents, mode, size))
  const points = (mode: string) =>
    size.agents.map((agents) => {
      const found = variants.find(
        ({ parameters }) => parameters.agents === agents && parameters.mode === mode,
      )!
      const { value } = found.metrics.throughput!
      return [agents, value!, value! / variants[0]!.metrics.throughput!.value!] as const
    })
  return {
    ...queueing(),
    scenario: {
      ...queueing().scenario,
      name: 'campaign',
      title: 'Agents in two modes',
      resolved: { expect: [{ metric: 'latency.p95' }] },
    },
    variants,
    speedups: size.modes.slice(0, 2).map((mode) => ({
      axis: 'agents',
      metric: 'throughput',
      where: { mode },
      points: points(mode),
      amdahl: null,
      gustafson: null,
      usl: null,
    })),
    claims: [],
  }
}
