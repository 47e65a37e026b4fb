// Along a numeric axis: from where on more buys nothing, from where on it costs, or up to where load changes nothing.
// Curves of one metric: that of the speedup over the axis where there is one, else the first that tells most.

import type { Result } from '../../results/result.ts'
import { formatNumber } from '../../units.ts'
import type { Axis } from '../axes.ts'
import { counted, plainFigure, times } from '../figures.ts'
import { type Curve, curvesOf, differs, type Point } from './curves.ts'
import type { Finder, Finding } from './finding.ts'
import { costOf, headlines } from './pairs.ts'
import { isLoad } from './places.ts'
import { allOf, listed, named, sentence, tellingAxes } from './wording.ts'

const LEAST_POINTS = 3
/** Within 5 % of the best, nobody would pay for more. */
const NEAR_BEST = 1.05
/** Beyond the best, this is worse. */
const WORSE = 1.1
/** What improves or grows by less has no knee. */
const LEAST_GAIN = 1.2
/** Within 10 % of the floor, load changes nothing. */
const NEAR_FLOOR = 1.1
const OFF_FLOOR = 1.5

export const knee: Finder = (result) =>
  tellingAxes(result.variants)
    .filter(({ numeric, values }) => numeric && values.length >= LEAST_POINTS)
    .flatMap((axis) => {
      const metric = metricOver(result, axis)
      return metric === undefined ? [] : ofAxis(result, curvesOf(result, axis, metric, LEAST_POINTS))
    })

/** What is told of one curve. */
interface Told {
  readonly curve: Curve
  /** `flat`: more buys nothing from here on; `peak`: it costs; `rising`: it still gains; `floor`: load costs from here on; `slope`: it always does. */
  readonly kind: 'flat' | 'peak' | 'rising' | 'floor' | 'slope'
  /** How many times the worst is the best. */
  readonly span: number
  readonly at: Point
  readonly text: string
}

const WEIGHTS: Readonly<Record<Told['kind'], number>> = {
  peak: 74,
  flat: 71,
  floor: 66,
  slope: 47,
  rising: 54,
}

function metricOver(result: Result, { name }: Axis): string | undefined {
  const asked = result.speedups.find(({ axis }) => axis === name)?.metric
  return [...(asked === undefined ? [] : [asked]), ...headlines(result)].find((metric) =>
    result.variants.every(({ metrics }) => metrics[metric] === undefined || costOf(metrics[metric]) !== null),
  )
}

function ofAxis(result: Result, curves: readonly Curve[]): readonly Finding[] {
  const told = curves.flatMap((curve) => tell(result, curve) ?? []).sort((a, b) => b.span - a.span)
  const growing = told.filter(({ kind }) => kind === 'floor' || kind === 'slope')
  // A floor that few of the curves have is none of the axis.
  const floors = growing.filter(({ kind }) => kind === 'floor').length >= growing.length / 2
  // A slope is told where there is nothing else to tell.
  const kept = told.filter(({ kind }) =>
    kind === 'floor' ? floors : kind !== 'slope' || growing.length === told.length,
  )
  const [first] = kept
  if (first === undefined) return []
  const other = kept.find(({ kind }) => kind !== first.kind && (kind === 'peak' || kind === 'flat'))
  const weight = WEIGHTS[first.kind] + Math.min(6, Math.log2(first.span))
  return [
    findingOf(first, weight, elsewhere(first, kept, curves)),
    ...(other === undefined ? [] : [findingOf(other, weight - 0.5, '')]),
  ]
}

function tell(result: Result, curve: Curve): Told | undefined {
  const { points, metric } = curve
  const [first, last] = [points[0]!, points.at(-1)!]
  const best = points.reduce((best, point) => (point.cost < best.cost ? point : best))
  const worst = points.reduce((worst, point) => (point.cost > worst.cost ? point : worst))
  if (first.cost / best.cost < LEAST_GAIN || !differs(best, first, metric))
    return worst === last && last.cost / first.cost >= OFF_FLOOR && differs(first, last, metric)
      ? ofGrowth(curve)
      : undefined
  if (last.cost / best.cost >= WORSE && differs(best, last, metric)) return ofPeak(result, curve, best)
  const near = points.findIndex((point) => isAsGood(point, best, metric))
  return near === points.length - 1
    ? ofRising(curve)
    : near > 0
      ? ofFlat(result, curve, near, best)
      : undefined
}

/** So near that nobody would pay for the rest, or that the seeds cannot tell. */
const isAsGood = (point: Point, best: Point, metric: string): boolean =>
  point.cost <= best.cost * NEAR_BEST ||
  (point.cost <= best.cost * LEAST_GAIN && !differs(best, point, metric))

const at = ({ axis }: Curve, point: Point): string => `${named(axis.name)}=${formatNumber(point.at)}`

/** `0.823/s at 1, 8.53/s at 16 and 10/s at 27`. */
const figures = (points: readonly Point[]): string =>
  listed([...new Set(points)].map((point) => `${plainFigure(point.value)} at ${formatNumber(point.at)}`))

const spanOf = (points: readonly Point[]): number =>
  Math.max(...points.map(({ cost }) => cost)) / Math.min(...points.map(({ cost }) => cost))

function ofFlat(result: Result, curve: Curve, near: number, best: Point): Told {
  const { points, metric, axis } = curve
  const knee = points[near]!
  const seeds = counted(knee.variant.seeds.length, 'seed')
  const exact = points.slice(near).every(({ cost }) => cost <= best.cost * NEAR_BEST)
  const little = exact ? 'less than 5 %' : `nothing that ${seeds} could tell`
  const words = isLoad(result, axis.name)
    ? `from ${at(curve, knee)} on, more load gains nothing (${little})`
    : `from ${at(curve, knee)} on, more buys nothing (${little})`
  const shown = [points[0]!, points[near - 1]!, knee, points.at(-1)!]
  return {
    curve,
    kind: 'flat',
    span: spanOf(points),
    at: knee,
    text: `${words}: ${named(metric)} ${figures(shown)}`,
  }
}

function ofRising(curve: Curve): Told | undefined {
  const { points, metric } = curve
  const [before, last] = [points.at(-2)!, points.at(-1)!]
  if (!differs(last, before, metric)) return undefined
  const text = `more still pays at the end of the axis, ${at(curve, last)}: ${named(metric)} ${figures([points[0]!, before, last])}`
  return { curve, kind: 'rising', span: spanOf(points), at: last, text }
}

function ofPeak(result: Result, curve: Curve, best: Point): Told {
  const { points, metric, axis } = curve
  const law = result.speedups.find(
    ({ usl, where, ...of }) =>
      of.axis === axis.name &&
      of.metric === metric &&
      usl?.peak != null &&
      usl.residual < 0.1 &&
      Object.entries(where).every(([name, value]) => best.variant.parameters[name] === value),
  )
  const peak = law?.usl?.peak ?? 0
  const fitted =
    peak < points[0]!.at || peak > points.at(-1)!.at
      ? ''
      : `; the Universal Scalability Law has its peak at ${formatNumber(Math.round(peak))}`
  return {
    curve,
    kind: 'peak',
    span: spanOf(points),
    at: best,
    text: `best is ${at(curve, best)}, and more is worse: ${named(metric)} ${figures([points[0]!, best, points.at(-1)!])}${fitted}`,
  }
}

/** What gets worse with the axis: up to where it does not, if there is such a stretch. */
function ofGrowth(curve: Curve): Told {
  const { points, metric } = curve
  const [first, last] = [points[0]!, points.at(-1)!]
  const floor = points.findIndex(({ cost }) => cost > first.cost * NEAR_FLOOR) - 1
  const off = points[floor + 1]!
  const name = named(metric)
  const kind = floor === 0 ? 'slope' : 'floor'
  const text =
    kind === 'slope'
      ? `from the first step of ${named(curve.axis.name)} on ${name} ${first.value.better === 'lower' ? 'grows' : 'falls'}: ${figures([first, off, last])}`
      : `up to ${at(curve, points[floor]!)} ${name} hardly changes (less than 10 %), beyond it gets worse: ${figures([first, points[floor]!, off, last])}`
  return { curve, kind, span: spanOf(points), at: points[floor]!, text }
}

function findingOf({ curve, text }: Told, weight: number, also: string): Finding {
  return {
    name: 'knee',
    weight,
    text: `${sentence(text)}${curve.where === '' ? '' : ` (${curve.where})`}.${also}`,
    where: curve.points.map(({ variant }) => variant.name),
    evidence: curve.points.map(({ variant, value }) => ({
      variant: variant.name,
      metric: curve.metric,
      value: value.value!,
      unit: value.unit,
    })),
    chart: 'variants',
  }
}

/** What the other curves over the axis say. */
function elsewhere({ kind, span }: Told, all: readonly Told[], curves: readonly Curve[]): string {
  if (curves.length < 2) return ''
  const alike = all.filter((each) => each.kind === kind)
  const places = [...new Set(alike.map((each) => each.at.at))].sort((a, b) => a - b)
  const least = curves
    .map((each) => ({ curve: each, span: spanOf(each.points) }))
    .reduce((a, b) => (b.span < a.span ? b : a))
  if (kind === 'rising' || places.length === 1)
    return span >= 1.25 * least.span
      ? ` Over the whole axis that is ${times(span)} there, ${times(least.span)} with ${least.curve.where}.`
      : alike.length === curves.length
        ? ` So in ${allOf(curves.length, 'setting')} of the rest.`
        : ''
  return places.length > 1
    ? ` In other settings that lies between ${formatNumber(places[0]!)} and ${formatNumber(places.at(-1)!)}.`
    : ''
}
