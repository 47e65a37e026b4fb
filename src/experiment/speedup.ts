// Speedup over an axis of the matrix: where a matrix scales a number of workers, agents, slots or copies, the time that a
// job takes, or the throughput of clients who always ask again, at each point against the first, and the laws that fit it.

import { RandomStreams } from '../kernel/random.ts'
import type { Scalar, Speedup, Variant } from '../results/result.ts'
import { fitsOf } from './fits.ts'

export interface Axis {
  readonly name: string
  readonly values: readonly Scalar[]
}

/** Metrics that are the time of a whole job, in the order of preference. */
const TIMES = ['makespan.mean', 'setup.time.mean'] as const

const THROUGHPUT = 'throughput'

const LEAST_SPEEDUP = 1.05

/**
 * A speedup for each numeric axis that begins at 1 and has at least three values, and each setting of the other axes.
 * @param closed the workload is of clients who ask again as soon as they are answered: its throughput is what the system can do
 */
export function speedups(axes: readonly Axis[], variants: readonly Variant[], closed = false): Speedup[] {
  const candidates = closed ? [...TIMES, THROUGHPUT] : TIMES
  const metric = candidates.find((name) => variants.every((variant) => variant.metrics[name]?.value))
  if (!metric) return []
  return axes
    .filter(isScale)
    .flatMap((axis) =>
      [...byOthers(axis.name, variants)].flatMap((series) => speedup(axis.name, metric, series) ?? []),
    )
}

const isScale = ({ values }: Axis): boolean => {
  const numbers = [...new Set(values)].filter(
    (value) => typeof value === 'number' && Number.isInteger(value) && value > 0,
  )
  return numbers.length >= 3 && numbers.length === new Set(values).size
}

/** The variants in groups that differ in this axis alone, by its value. */
function byOthers(axis: string, variants: readonly Variant[]): Iterable<readonly Variant[]> {
  const groups = new Map<string, Variant[]>()
  for (const variant of variants) {
    const { [axis]: _, ...others } = variant.parameters
    const key = JSON.stringify(Object.entries(others).sort())
    const group = groups.get(key)
    if (group) group.push(variant)
    else groups.set(key, [variant])
  }
  for (const group of groups.values())
    group.sort((a, b) => Number(a.parameters[axis]) - Number(b.parameters[axis]))
  return groups.values()
}

function speedup(axis: string, metric: string, series: readonly Variant[]): Speedup | undefined {
  const first = series[0]!
  if (series.length < 3 || first.parameters[axis] !== 1) return undefined
  const { [axis]: _, ...where } = first.parameters
  const grows = metric === THROUGHPUT
  const factor = (from: number, to: number): number => (grows ? to / from : from / to)
  const value = (variant: Variant): number => variant.metrics[metric]!.value!
  const points = series.map((variant) => {
    const found = value(variant)
    return [Number(variant.parameters[axis]), found, factor(value(first), found)] as const
  })
  // An axis that makes nothing faster (agents to be started, say) is no speedup.
  if (Math.max(...points.map(([, , times]) => times)) < LEAST_SPEEDUP) return undefined
  const perSeed = first.seeds.flatMap((_, seed) => {
    const samples = series.map((variant) => variant.metrics[metric]!.samples[seed])
    return samples.every((sample) => sample != null && sample > 0)
      ? [samples.map((sample) => factor(samples[0]!, sample!))]
      : []
  })
  const scaling = {
    processors: points.map(([processors]) => processors),
    speedups: points.map(([, , times]) => times),
    perSeed,
  }
  const random = new RandomStreams('speedup').stream(`${axis}/${metric}`)
  return { axis, metric, where, points, ...fitsOf(scaling, grows, () => random.uniform()) }
}
