// A queue that grows for as long as work comes: then more comes than is done, and every figure hangs on how long the run is.
// Told of one seed's series, and only of growth that a queue in balance does not show: straight, to many, and of a share of all
// that came. A queue at 95 % of its capacity wanders widely, yet what it holds at the end is a small share of what came.

import type { Series, Variant } from '../../results/result.ts'
import { format, formatNumber } from '../../units.ts'
import { pointsOf, seriesNamed } from '../series.ts'
import type { Finder } from './finding.ts'
import { inBrackets, inVariants, named } from './wording.ts'

/** At most so many points: bins put together, so that single requests do not count. */
const POINTS = 24
/** The growth must last for this share of the time. */
const LASTS = 0.4
/** Of the variance of the rise, explained by a straight line. */
const STRAIGHT = 0.9
const LEAST_REQUESTS = 20
/** Of all that came while it grew, left at the end. */
const LEFT = 0.1

interface Growth {
  readonly name: string
  /** Requests a second. */
  readonly rate: number
  readonly to: number
  /** Up to when: the last instant, the first fault, or the time from which on it is worked off. */
  readonly until: 'end' | 'fault' | 'worked off'
}

/** The fastest growing queue of the variant's first seed. */
function growthOf(variant: Variant): Growth | undefined {
  const answered = variant.series.throughput
  if (answered === undefined) return undefined
  // What a fault holds up is told by its effects.
  const until = variant.faults.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY)
  const found = seriesNamed(variant, /^in-system$|\.queue$|\.ready$/)
    .flatMap(({ name, series }) => growthIn(name, series, answered, until) ?? [])
    .sort((a, b) => b.rate - a.rate)
  // What waits somewhere is in the system too; the system is named where it grows as fast as any.
  return found.find(({ name, rate }) => name === 'in-system' && rate >= 0.9 * found[0]!.rate) ?? found[0]
}

function growthIn(name: string, series: Series, answered: Series, until: number): Growth | undefined {
  const points = pointsOf(series, POINTS).filter(({ to, value }) => value !== null && to <= until)
  if (points.length < 8) return undefined
  const top = points.reduce((most, point) => (point.value! > most.value! ? point : most))
  const end = points.indexOf(top)
  const rise = points.slice(0, end + 1)
  if (rise.length < 6 || (top.at - points[0]!.at) / (points.at(-1)!.at - points[0]!.at) < LASTS)
    return undefined
  const { slope, explained } = lineThrough(rise.map(({ at, value }) => [at / 1e9, value!]))
  const grown = slope * ((top.at - rise[0]!.at) / 1e9)
  const done = amountIn(answered, top.to)
  if (slope <= 0 || explained < STRAIGHT || grown < LEAST_REQUESTS || grown < LEFT * (grown + done))
    return undefined
  const last = Number.isFinite(until) ? 'fault' : 'end'
  return { name, rate: slope, to: top.value!, until: end >= points.length - 2 ? last : 'worked off' }
}

/** Least squares. */
function lineThrough(points: readonly (readonly [number, number])[]): { slope: number; explained: number } {
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [x0, y0] = [mean(0), mean(1)]
  let [xx, xy, yy] = [0, 0, 0]
  for (const [x, y] of points) {
    xx += (x - x0) * (x - x0)
    xy += (x - x0) * (y - y0)
    yy += (y - y0) * (y - y0)
  }
  return { slope: xx === 0 ? 0 : xy / xx, explained: xx === 0 || yy === 0 ? 0 : (xy * xy) / (xx * yy) }
}

/** How many were answered until then. */
const amountIn = ({ start, width, values }: Series, until: number): number =>
  values.reduce<number>((sum, value, i) => {
    const seconds = Math.max(0, Math.min(until, start + (i + 1) * width) - (start + i * width)) / 1e9
    return sum + (value ?? 0) * seconds
  }, 0)

const UNTIL: Readonly<Record<Growth['until'], (to: string) => string>> = {
  end: () => 'to the end of the run',
  fault: () => 'to the first fault',
  'worked off': (to) => `to ${to}, before it is worked off`,
}

/** `rabbit` of `service.rabbit.ready`. */
const placeOf = (name: string): string => named(name.replace(/^service\.|\.(queue|ready)$/g, ''))

export const overload: Finder = (result) => {
  const found = result.variants.flatMap((variant) => {
    const growth = growthOf(variant)
    return growth === undefined ? [] : [{ variant, growth }]
  })
  if (found.length === 0) return []
  const lasting = found.filter((each) => each.growth.until !== 'worked off')
  const { variant, growth } = (lasting.length > 0 ? lasting : found).reduce((most, each) =>
    each.growth.rate > most.growth.rate ? each : most,
  )
  const what =
    growth.name === 'in-system'
      ? 'The number of requests in the system'
      : `What waits at ${placeOf(growth.name)}`
  const until = UNTIL[growth.until](formatNumber(growth.to))
  const several = result.variants.length > 1
  const over = growth.until === 'worked off'
  const so = over
    ? 'as long as that lasts more comes than is done'
    : 'more comes than is done, so the figures hang on how long the run is'
  // What is over, or holds for a corner of what was run, is not what to read first.
  const share = lasting.length / result.variants.length
  return [
    {
      name: 'overload',
      weight: over ? 60 : 72 + 24 * Math.sqrt(share),
      text: `${what} grows by ${format(growth.rate, '/s')} ${until}${inBrackets(result, variant)}: ${so}.${several ? ` So in ${inVariants(result, new Set(found.map((each) => each.variant)))}.` : ''}`,
      where: several ? found.map((each) => each.variant.name) : [],
      evidence: [{ variant: variant.name, metric: `series ${growth.name}`, value: growth.rate, unit: '/s' }],
      chart: 'queue-depth',
    },
  ]
}
