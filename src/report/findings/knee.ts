// Along a numeric axis: from where on more buys nothing, from where on it costs, or up to where load changes nothing.
// Curves of one metric: that of the speedup over the axis where there is one, else the first that tells most.

import type { Result, Speedup } from '../../results/result.ts'
import { formatNumber } from '../../units.ts'
import type { Axis } from '../axes.ts'
import { counted, percent, plainFigure, times } from '../figures.ts'
import { type Curve, curvesOf, differs, type Point } from './curves.ts'
import type { Finder, Finding } from './finding.ts'
import { costOf, headlines, isGoal } from './pairs.ts'
import { isGiven, isLoad, placesOf } from './places.ts'
import { allOf, does, isOrAre, listed, named, sentence, tellingAxes } from './wording.ts'

const LEAST_POINTS = 3
const METRICS = 3
/** Within 5 % of the best, nobody would pay for more. */
const NEAR_BEST = 1.05
/** Beyond the best, this is worse. */
const WORSE = 1.1
/** What improves or grows by less has no knee. */
const LEAST_GAIN = 1.2
/** Within 10 % of the floor, load changes nothing. */
const NEAR_FLOOR = 1.1
const OFF_FLOOR = 1.5
/** Residuals of a law that is believed. */
const LAW_FITS = 0.1
/** A limit that is so many times what is reached is none. */
const FAR = 10

export const knee: Finder = (result) =>
  tellingAxes(result)
    .filter(({ numeric, values }) => numeric && values.length >= LEAST_POINTS)
    .flatMap((axis) => {
      const flat: string[] = []
      for (const metric of metricsOver(result, axis)) {
        const curves = curvesOf(result, axis, metric, LEAST_POINTS)
        const found = ofAxis(result, curves)
        if (found.length > 0) return found.map((each, i) => (i === 0 ? withFlat(each, flat) : each))
        if (curves.length > 0 && curves.every(({ points }) => spanOf(points) < NEAR_FLOOR)) flat.push(metric)
      }
      return []
    })

/** What tells more and does not hang on the axis is told too. */
const withFlat = (finding: Finding, flat: readonly string[]): Finding =>
  flat.length === 0
    ? finding
    : {
        ...finding,
        text: `${finding.text} With it ${listed(flat.map(named))} hardly ${flat.length === 1 ? does('change', flat[0]!) : 'change'} (less than 10 %).`,
      }

/** What is told of one curve. */
interface Told {
  readonly curve: Curve
  /** `flat`: more buys nothing from here on; `peak`: it costs; `rising`: it still gains; `floor`: load costs from here on; `slope`: it always does. */
  readonly kind: 'flat' | 'peak' | 'rising' | 'floor' | 'slope'
  /** How many times the worst is the best. */
  readonly span: number
  readonly at: Point
  /** Nobody chooses where on the axis one is. */
  readonly given: boolean
  readonly text: string
}

const WEIGHTS: Readonly<Record<Told['kind'], number>> = {
  peak: 74,
  flat: 71,
  floor: 66,
  slope: 47,
  rising: 54,
}
/** That what is given matters is least news. */
const GIVEN_WEIGHTS: typeof WEIGHTS = { peak: 43, flat: 66, floor: 66, slope: 42, rising: 42 }

/** Where more load gains no more is what there is to know of it. */
const weightOf = ({ kind, span, given, at }: Told): number =>
  (given && at.value.better !== 'higher' ? GIVEN_WEIGHTS : WEIGHTS)[kind] + Math.min(6, Math.log2(span))

/** That of the speedup over the axis, then those that tell most; the first with something to tell is taken. */
function metricsOver(result: Result, { name }: Axis): readonly string[] {
  const asked = result.speedups.find(({ axis }) => axis === name)?.metric
  return [...new Set([...(asked === undefined ? [] : [asked]), ...headlines(result)])]
    .filter((metric) =>
      result.variants.every(
        ({ metrics }) => metrics[metric] === undefined || costOf(metrics[metric]) !== null,
      ),
    )
    .slice(0, METRICS)
}

function ofAxis(result: Result, curves: readonly Curve[]): readonly Finding[] {
  const given = curves.length > 0 && isGiven(result, curves[0]!.axis.name)
  const told = curves
    .flatMap((curve) => tell(result, curve) ?? [])
    .map((each): Told => ({ ...each, given }))
    .sort((a, b) => weightOf(b) - weightOf(a))
  const growing = told.filter(({ kind }) => kind === 'floor' || kind === 'slope')
  // A floor that few of the curves have is none of the axis.
  const floors = growing.filter(({ kind }) => kind === 'floor').length >= growing.length / 2
  // A slope is told where there is nothing else to tell.
  const kept = told.filter(({ kind }) =>
    kind === 'floor' ? floors : kind !== 'slope' || growing.length === told.length,
  )
  const [first] = kept
  if (first === undefined) return []
  const other = kept.find(({ kind }) => kind !== first.kind && kind !== 'floor' && kind !== 'slope')
  return [
    findingOf(first, `${elsewhere(first, kept, curves)}${otherwise(result, first)}`),
    ...(other === undefined ? [] : [findingOf(other, '')]),
  ]
}

function tell(result: Result, curve: Curve): Omit<Told, 'given'> | undefined {
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
    ? ofRising(result, curve)
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

function ofFlat(result: Result, curve: Curve, near: number, best: Point): Omit<Told, 'given'> {
  const { points, metric, axis } = curve
  const knee = points[near]!
  const seeds = counted(knee.variant.seeds.length, 'seed')
  const exact = points.slice(near).every(({ cost }) => cost <= best.cost * NEAR_BEST)
  const little = exact ? 'less than 5 %' : `nothing that ${seeds} could tell`
  const words =
    isLoad(result, axis.name) && knee.value.better === 'higher'
      ? `from ${at(curve, knee)} on, more load gains nothing (${little})`
      : isGiven(result, axis.name)
        ? `from ${at(curve, knee)} on it makes no difference (${little})`
        : `from ${at(curve, knee)} on, more buys nothing (${little})`
  const shown = [points[0]!, points[near - 1]!, knee, points.at(-1)!]
  return {
    curve,
    kind: 'flat',
    span: spanOf(points),
    at: knee,
    text: `${words}: ${named(metric)} ${figures(shown)}${limitOf(result, curve)}`,
  }
}

/** `; by Amdahl’s law, with a serial fraction of 2 %, never more than 50×`, where a law fits the curve and gives the end of it. */
function limitOf(result: Result, curve: Curve): string {
  const law = lawOf(result, curve)?.amdahl
  return law == null || law.residual > LAW_FITS || !(1 / law.serial < FAR * spanOf(curve.points))
    ? ''
    : `; by Amdahl’s law, with a serial fraction of ${percent(law.serial)}, it is never more than ${times(1 / law.serial)} the first`
}

const lawOf = ({ speedups }: Result, { axis, metric, points }: Curve): Speedup | undefined =>
  speedups.find(
    ({ where, ...of }) =>
      of.axis === axis.name &&
      of.metric === metric &&
      of.points[0]?.[0] === 1 &&
      Object.entries(where).every(([name, value]) => points[0]!.variant.parameters[name] === value),
  )

function ofRising(result: Result, curve: Curve): Omit<Told, 'given'> | undefined {
  const { points, metric, axis } = curve
  const [before, last] = [points.at(-2)!, points.at(-1)!]
  if (!differs(last, before, metric)) return undefined
  const shown = figures([points[0]!, before, last])
  const verb = does(last.value.better === 'lower' ? 'fall' : 'grow', metric)
  const limit = isGiven(result, axis.name) ? '' : limitOf(result, curve)
  const text = `over ${named(axis.name)}, ${named(metric)} still ${verb} at the end: ${shown}${limit}`
  return { curve, kind: 'rising', span: spanOf(points), at: last, text }
}

function ofPeak(result: Result, curve: Curve, best: Point): Omit<Told, 'given'> {
  const { points, metric, axis } = curve
  const usl = lawOf(result, curve)?.usl
  const peak = usl != null && usl.residual < LAW_FITS ? usl.peak : null
  const fitted =
    peak === null || peak < points[0]!.at || peak > points.at(-1)!.at
      ? ''
      : `; the Universal Scalability Law has its peak at ${formatNumber(Math.round(peak))}`
  const words = isGiven(result, axis.name)
    ? `over ${named(axis.name)}, ${named(metric)} ${isOrAre(metric)} best at ${formatNumber(best.at)} and worse on both sides:`
    : `best is ${at(curve, best)}, and more is worse: ${named(metric)}`
  return {
    curve,
    kind: 'peak',
    span: spanOf(points),
    at: best,
    text: `${words} ${figures([points[0]!, best, points.at(-1)!])}${fitted}`,
  }
}

/** What gets worse with the axis: up to where it does not, if there is such a stretch. */
function ofGrowth(curve: Curve): Omit<Told, 'given'> {
  const { points, metric } = curve
  const [first, last] = [points[0]!, points.at(-1)!]
  const floor = points.findIndex(({ cost }) => cost > first.cost * NEAR_FLOOR) - 1
  const off = points[floor + 1]!
  const name = named(metric)
  const kind = floor === 0 ? 'slope' : 'floor'
  const text =
    kind === 'slope'
      ? `over ${named(curve.axis.name)}, ${name} ${does(first.value.better === 'lower' ? 'grow' : 'fall', metric)} from the first step on: ${figures([first, off, last])}`
      : `up to ${at(curve, points[floor]!)}, ${name} hardly ${does('change', metric)} (less than 10 %), and then it gets worse: ${figures([first, points[floor]!, off, last])}`
  return { curve, kind, span: spanOf(points), at: points[floor]!, text }
}

/** Where by something else that tells another place on the axis is clearly better; of what is chosen. */
function otherwise(result: Result, { curve, at: chosen, kind, given }: Told): string {
  // What brings load with it is better by latency where there is least of it.
  const loads = placesOf(result, curve.axis.name).some(([section]) => section === 'workload')
  if (given || loads || kind === 'floor' || kind === 'slope') return ''
  for (const metric of metricsOver(result, curve.axis)) {
    const same = curvesOf(result, curve.axis, metric, LEAST_POINTS).find(({ where }) => where === curve.where)
    const here = same?.points.find(({ variant }) => variant === chosen.variant)
    if (metric === curve.metric || same === undefined || here === undefined) continue
    if (!isGoal(here.variant, metric)) continue
    const best = same.points.reduce((best, point) => (point.cost < best.cost ? point : best))
    if (here.cost >= best.cost * WORSE && differs(best, here, metric))
      return ` But by ${named(metric)} ${at(curve, best)} is better: ${plainFigure(best.value)} instead of ${plainFigure(here.value)}.`
  }
  return ''
}

function findingOf(told: Told, also: string): Finding {
  const { curve, text } = told
  return {
    name: 'knee',
    weight: weightOf(told),
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
