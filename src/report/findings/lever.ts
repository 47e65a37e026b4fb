// What to change: where what is at its limit is set by an axis of the matrix, what another value of it brings, as it was run.
// Nothing is told of what was not varied, and nothing of less of anything: what is at its limit wants more.

import type { Result, Variant } from '../../results/result.ts'
import { formatNumber } from '../../units.ts'
import type { Axis } from '../axes.ts'
import { percent, plainFigure } from '../figures.ts'
import { LIMIT } from './binding-resource.ts'
import { type Curve, curvesOf, type Point } from './curves.ts'
import type { Finder, Finding } from './finding.ts'
import { costOf, headlines, isTold, ratioOf } from './pairs.ts'
import { placesOf } from './places.ts'
import { type Use, usesOf } from './uses.ts'
import { isOrAre, lessBy, named, tellingAxes, timesAs } from './wording.ts'

/** What brings less is not worth the change. */
const WORTH = 1.1
const NEAR_BEST = 1.05

export const lever: Finder = (result) => {
  const metric = headlines(result).find((name) =>
    result.variants.every(({ metrics }) => metrics[name] === undefined || costOf(metrics[name]) !== null),
  )
  if (metric === undefined) return []
  const limits = new Map(
    result.variants.flatMap((variant) => {
      const use = usesOf(result, variant)[0]
      return use !== undefined && use.share >= LIMIT ? [[variant, use] as const] : []
    }),
  )
  const levers = tellingAxes(result)
    .filter(({ numeric }) => numeric)
    .flatMap((axis) => {
      const paths = placesOf(result, axis.name)
      return curvesOf(result, axis, metric, 2).flatMap((curve) =>
        curve.points.flatMap((from) => {
          const use = limits.get(from.variant)
          return use !== undefined && paths.some((path) => setsUse(path, use))
            ? (leverAt(axis, curve, from, use) ?? [])
            : []
        }),
      )
    })
  // Of a scenario that is one of its own variants, what to change is told from there.
  const asItIs = result.variants.some((variant) => isDefault(result, variant))
  const candidates = asItIs ? levers.filter(({ from }) => isDefault(result, from.variant)) : levers
  return candidates.length === 0
    ? []
    : [
        findingOf(
          result,
          candidates.reduce((most, each) => (each.factor > most.factor ? each : most)),
        ),
      ]
}

interface Lever {
  readonly axis: Axis
  readonly curve: Curve
  readonly from: Point
  readonly to: Point
  readonly use: Use
  readonly factor: number
}

function leverAt(axis: Axis, { points, ...curve }: Curve, from: Point, use: Use): Lever | undefined {
  const best = points.reduce((best, point) => (point.cost < best.cost ? point : best))
  // The nearest value that brings nearly all there is to gain.
  const enough = points.filter(({ cost }) => cost <= best.cost * NEAR_BEST)
  const to = enough.reduce((near, point) =>
    Math.abs(point.at - from.at) < Math.abs(near.at - from.at) ? point : near,
  )
  if (to.at < from.at) return undefined
  const ratio = ratioOf(to.variant, from.variant, curve.metric)
  return ratio !== null && ratio.factor >= WORTH && isTold(ratio)
    ? { axis, curve: { points, ...curve }, from, to, use, factor: ratio.factor }
    : undefined
}

/** Whether a path of the scenario is of what is at its limit. */
const setsUse = ([section, name]: readonly string[], { owner }: Use): boolean =>
  owner !== null && section === owner[0] && name === owner[1]

/** Whether the variant is the scenario as it is without its matrix. */
function isDefault({ scenario }: Result, { parameters }: Variant): boolean {
  const defaults = (scenario.resolved as { parameters?: Record<string, unknown> } | null | undefined)
    ?.parameters
  return (
    defaults !== undefined && Object.entries(parameters).every(([name, value]) => defaults[name] === value)
  )
}

function findingOf(result: Result, { axis, curve, from, to, use, factor }: Lever): Finding {
  const { metric, where } = curve
  const lower = from.value.better === 'lower'
  const change = lower
    ? lessBy(factor)
    : factor < 2
      ? `${percent(factor - 1)} more`
      : `${timesAs(factor)} as much`
  const after = usesOf(result, to.variant).find(({ key }) => key === use.key)
  const [before, then] = [use.share, after?.share].map((share) => share && percent(share))
  const used =
    after === undefined
      ? `${before} in use before`
      : before === then
        ? `${before} in use before and after`
        : `${before} in use before, ${then} then`
  const places = placesOf(result, axis.name)
  const place =
    places.find((path) => path[0] !== 'workload' && path.at(-1) === 'count') ??
    places.find((path) => setsUse(path, use))
  return {
    name: 'lever',
    // A tenth is worth a word; half is what to read first.
    weight: 60 + Math.min(26, 14 * Math.log2(factor)),
    text: `What to change: ${named(axis.name)}, in ${named((place ?? []).join('.'))}. With ${formatNumber(to.at)} instead of ${formatNumber(from.at)}, ${named(metric)} ${isOrAre(metric)} ${plainFigure(to.value)} instead of ${plainFigure(from.value)}, ${change}${where === '' ? '' : ` (${where})`}; ${use.whole} ${use.plural ? 'are' : 'is'} ${used}.`,
    where: [from.variant.name, to.variant.name],
    evidence: [from, to].map(({ variant, value }) => ({
      variant: variant.name,
      metric,
      value: value.value!,
      unit: value.unit,
    })),
    chart: 'variants',
  }
}
