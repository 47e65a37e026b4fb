// Speedup over an axis of the matrix: where a matrix scales a number of workers, agents, slots or copies, the time that a
// job takes, or the throughput of clients who always ask again, at each point against the first, and the laws that fit it. A scenario
// may say which axis and which figure; then nothing is guessed.

import { RandomStreams } from '../kernel/random.ts'
import type { Efficiency, Scalar, Speedup, Variant } from '../results/result.ts'
import type { SpeedupSpec } from '../scenario/scenario.ts'
import { karpFlatt } from '../statistics/amdahl.ts'
import { attributionOf } from './attribution.ts'
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
 * A speedup for each numeric axis that begins at 1 and has at least three values, and each setting of the other axes; or of what is
 * `asked`, as far as it was observed.
 * @param closed the workload is of clients who ask again as soon as they are answered: its throughput is what the system can do
 */
export function speedups(
  axes: readonly Axis[],
  variants: readonly Variant[],
  closed = false,
  asked?: SpeedupSpec,
): Speedup[] {
  if (asked) return askedFor(asked, variants)
  const candidates = closed ? [...TIMES, THROUGHPUT] : TIMES
  const metric = candidates.find((name) => isObserved(name, variants))
  if (!metric) return []
  return axes.filter(isScale).flatMap((axis) =>
    [...byOthers(axis.name, variants)].flatMap((series) => {
      const found = speedup(axis.name, metric, series)
      return found && isOne(found) ? [found] : []
    }),
  )
}

/** What a scenario asks for is told, be it a slow-down; where a point was not observed, the others are. */
function askedFor({ over, of, workers }: SpeedupSpec, variants: readonly Variant[]): Speedup[] {
  return [...byOthers(over, variants)].flatMap((series) => {
    const observed = series.filter((variant) => variant.metrics[of]?.value)
    const found = speedup(over, of, observed)
    if (!found) return []
    const attribution = workers === undefined ? undefined : attributionOf(of, observed)
    return [attribution ? { ...found, attribution } : found]
  })
}

const isObserved = (metric: string, variants: readonly Variant[]): boolean =>
  variants.every((variant) => variant.metrics[metric]?.value)

/** An axis that makes nothing faster (agents to be started, say) is no speedup. */
const isOne = ({ points }: Speedup): boolean =>
  Math.max(...points.map(([, , times]) => times)) >= LEAST_SPEEDUP

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
  const first = series[0]
  if (series.length < 3 || first?.parameters[axis] !== 1) return undefined
  const { [axis]: _, ...where } = first.parameters
  const grows = first.metrics[metric]!.unit !== 'ns'
  const factor = (from: number, to: number): number => (grows ? to / from : from / to)
  const value = (variant: Variant): number => variant.metrics[metric]!.value!
  const points = series.map((variant) => {
    const found = value(variant)
    return [Number(variant.parameters[axis]), found, factor(value(first), found)] as const
  })
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
  const fits = fitsOf(scaling, grows, () => random.uniform())
  return { axis, metric, where, points, efficiencies: points.map(efficiencyOf), ...fits }
}

const efficiencyOf = ([processors, , times]: Speedup['points'][number]): Efficiency => ({
  efficiency: times / processors,
  serial: processors > 1 ? karpFlatt(times, processors) : null,
})
