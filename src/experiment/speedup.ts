// Speedup over an axis of the matrix: where a matrix scales a number of workers, agents, slots or copies, the time that a
// job takes at each point against the first, and the fit of Amdahl's law to it.

import type { Scalar, Speedup, Variant } from '../results/result.ts'
import { fitAmdahl } from '../statistics/amdahl.ts'

export interface Axis {
  readonly name: string
  readonly values: readonly Scalar[]
}

/** Metrics that are the time of a whole job, in the order of preference. */
const TIMES = ['makespan.mean', 'setup.time.mean'] as const

const LEAST_SPEEDUP = 1.05

/** A speedup for each numeric axis that begins at 1 and has at least three values, and each setting of the other axes. */
export function speedups(axes: readonly Axis[], variants: readonly Variant[]): Speedup[] {
  const metric = TIMES.find((name) => variants.every((variant) => variant.metrics[name]?.value))
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
  const time = (variant: Variant): number => variant.metrics[metric]!.value!
  const points = series.map((variant) => {
    const workers = Number(variant.parameters[axis])
    return [workers, time(variant), time(first) / time(variant)] as const
  })
  // An axis that makes nothing faster (agents to be started, say) is no speedup.
  if (Math.max(...points.map(([, , times]) => times)) < LEAST_SPEEDUP) return undefined
  const perSeed = first.seeds.map((_, seed) =>
    series.flatMap((variant, i) => {
      const time = variant.metrics[metric]!.samples[seed]
      return time ? [[points[i]![0], time] as const] : []
    }),
  )
  const fit = fitAmdahl(
    points.map(([processors, time]) => [processors, time] as const),
    perSeed,
  )
  const amdahl = fit && { serial: fit.serial, interval: fit.interval, residual: fit.residual }
  return { axis, metric, where, points, amdahl }
}
