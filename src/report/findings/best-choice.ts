// Which choice is best, by how much, and whether that is more than chance: over axes that are no amounts, the rest held;
// and of several axes together, the best of all.

import type { Result, Variant } from '../../results/result.ts'
import { formatNumber } from '../../units.ts'
import { type Axis, numberOn, positionOn } from '../axes.ts'
import { counted, percent, plainFigure } from '../figures.ts'
import { type Contrast, contrastOf, groupsBy } from './contrasts.ts'
import type { Finder, Finding } from './finding.ts'
import { headlines } from './pairs.ts'
import { isGiven, isLoad, isSupply } from './places.ts'
import { allOf, lessBy, listed, named, placed, tellingAxes, timesAs } from './wording.ts'

/** What differs by less is the same for whoever decides. */
const SAME = 1.05
/** An axis of two numbers is a choice between them; of more, a curve. */
const CURVE = 3
/** So many of the telling metrics are looked at, until a choice makes a difference. */
const METRICS = 3

export const bestChoice: Finder = (result) => {
  const metrics = headlines(result).slice(0, METRICS)
  if (metrics.length === 0) return []
  const axes = tellingAxes(result.variants)
  const choices = axes.filter(({ numeric, values }) => !numeric || values.length < CURVE)
  const found = choices.flatMap((axis) => ofAxis(result, metrics, axis, axes) ?? [])
  const shown = found.sort((a, b) => b.weight - a.weight).slice(0, 2)
  const pairs = new Set(shown.map(({ where }) => JSON.stringify(where)))
  return [
    ...shown,
    ...ofAll(result, metrics[0]!, axes).filter(({ where }) => !pairs.has(JSON.stringify(where))),
  ]
}

const having = ({ variants }: Result, metric: string): readonly Variant[] =>
  variants.filter(({ metrics }) => metrics[metric]?.value != null)

const matters = ({ told, factor }: Contrast): boolean => told && factor >= SAME

function ofAxis(
  result: Result,
  metrics: readonly string[],
  axis: Axis,
  axes: readonly Axis[],
): Finding | undefined {
  const all = metrics.map((metric) =>
    groupsBy(having(result, metric), axes, [axis]).map((group) => contrastOf(group, metric)),
  )
  const telling = all.find((contrasts) => contrasts.some(matters))
  if (telling === undefined) return withoutDifference(all.flat(), axis)
  const told = telling.filter(matters)
  // That more load has more answers is no news.
  if (
    axis.numeric &&
    isLoad(result, axis.name) &&
    told.every(({ order }) => numberOn(order[0]!, axis) > numberOn(order.at(-1)!, axis))
  )
    return undefined
  const most = told.reduce((most, each) => (each.factor > most.factor ? each : most))
  const best = most.order[0]!
  const rest = axes.filter((each) => each !== axis)
  const where = rest.length === 0 ? '' : ` (${placed(best, rest)})`
  const wins = told.filter(({ order }) => positionOn(order[0]!, axis) === positionOn(best, axis)).length
  const place = (variant: Variant): string => placed(variant, [axis])
  const given = isGiven(result, axis.name)
  const words = axis.numeric ? ofNumbers(most, axis) : given ? ofGiven(most, place) : ofNames(most, place)
  return {
    name: 'best-choice',
    weight: (axis.numeric || given ? 53 : 60) + Math.min(12, 3 * Math.log2(most.factor)),
    text: `${words}${where}.${settings(wins, told.length, telling.length, axis.numeric || given ? 'So' : 'It is best')}`,
    where: [best.name, most.order.at(-1)!.name],
    evidence: evidenceOf(most),
    chart: 'variants',
  }
}

const evidenceOf = ({ order, metric }: Contrast): Finding['evidence'] =>
  [order[0]!, order.at(-1)!].map((variant) => {
    const { value, unit } = variant.metrics[metric]!
    return { variant: variant.name, metric, value: value!, unit }
  })

/** `, 55 % more than`, `, 8 times`, of the larger to the smaller; nothing against 0. */
const largerBy = (factor: number): string =>
  !Number.isFinite(factor)
    ? ''
    : factor < 2
      ? `, ${percent(factor - 1)} more`
      : `, ${timesAs(factor)} as much`

/** `Best is mode=ring: latency.p95 is 1.2 s, and 4.1 s with mode=mesh, the worst, 3.4 times as much; mode=hybrid is as good`. */
function ofNames(contrast: Contrast, place: (variant: Variant) => string): string {
  const { order, factor, equals, metric } = contrast
  const [best, worst] = [order[0]!, order.at(-1)!]
  const figure = (variant: Variant): string => plainFigure(variant.metrics[metric])
  const other = `${place(worst)}${order.length > 2 ? ', the worst' : ''}`
  const alike = equals.filter((variant) => variant !== worst)
  const told = best.seeds.length > 1 ? ` as far as ${counted(best.seeds.length, 'seed')} can tell` : ''
  const also =
    alike.length === 0
      ? ''
      : `; ${listed(alike.map(place))} ${alike.length === 1 ? 'is' : 'are'} as good${told}`
  const figures =
    best.metrics[metric]!.better === 'higher'
      ? `${figure(best)}${largerBy(factor)}${Number.isFinite(factor) && factor < 2 ? ' than' : Number.isFinite(factor) ? ' as' : ', against'} the ${figure(worst)} with ${other}`
      : `${figure(best)}, against ${figure(worst)} with ${other}${largerBy(factor)}`
  return `Best is ${place(best)}: ${named(metric)} ${figures}${also}`
}

/** `Worst with failure=pause: errors 0.671 %, against 0.0105 % with failure=kill, 64 times as much`. */
function ofGiven({ order, factor, metric }: Contrast, place: (variant: Variant) => string): string {
  const [best, worst] = [order[0]!, order.at(-1)!]
  const [good, bad] = [best.metrics[metric]!, worst.metrics[metric]!]
  const change = !Number.isFinite(factor)
    ? ''
    : bad.value! > good.value!
      ? largerBy(factor)
      : `, ${lessBy(factor)}`
  return `Worst with ${place(worst)}: ${named(metric)} ${plainFigure(bad)}, against ${plainFigure(good)} with ${place(best)}${change}`
}

/** `With killed=1 instead of 0 latency.max is 219 ms, not 193 ms: 13 % more`. */
function ofNumbers({ order, factor, metric }: Contrast, axis: Axis): string {
  const [low, high] = order.toSorted((a, b) => numberOn(a, axis) - numberOn(b, axis)) as [Variant, Variant]
  const [from, to] = [low.metrics[metric]!, high.metrics[metric]!]
  const change = !Number.isFinite(factor)
    ? ''
    : to.value! > from.value!
      ? `: ${largerBy(factor).slice(2)}`
      : `: ${lessBy(factor)}`
  return `With ${placed(high, [axis])} instead of ${positionOn(low, axis)}, ${named(metric)} ${plainFigure(to)} instead of ${plainFigure(from)}${change}`
}

/** ` It is best in 6 of 9 settings of the rest; in 2 no difference can be told.` */
function settings(wins: number, told: number, all: number, words: string): string {
  if (all === 1) return ''
  if (wins === all) return ` ${words} in ${allOf(all, 'setting')} of the rest.`
  const equal = all - told
  const none = equal === 0 ? '' : `; in ${formatNumber(equal)} no difference can be told`
  return ` ${words} in ${formatNumber(wins)} of ${formatNumber(all)} settings of the rest${none}.`
}

function withoutDifference(contrasts: readonly Contrast[], axis: Axis): Finding | undefined {
  if (contrasts.length === 0) return undefined
  const most = contrasts.reduce((most, each) => (each.factor > most.factor ? each : most))
  const small = most.factor < SAME
  const metrics = [...new Set(contrasts.map(({ metric }) => named(metric)))]
  return {
    name: 'best-choice',
    weight: small ? 42 : 50,
    text: small
      ? `No difference by ${named(axis.name)}: ${listed(metrics)} ${metrics.length === 1 ? 'is' : 'are'} the same within 5 %.`
      : `Whether ${named(axis.name)} matters cannot be told: ${named(most.metric)} differs by up to ${percent(most.factor - 1)}, which may be chance with ${counted(most.order[0]!.seeds.length, 'seed')}.`,
    where: [],
    evidence: evidenceOf(most),
    chart: 'variants',
  }
}

/** Of two or more choices, with the most of everything else, the best and the worst. */
function ofAll(result: Result, metric: string, axes: readonly Axis[]): readonly Finding[] {
  const chosen = axes.filter(({ name, numeric }) =>
    numeric ? isSupply(result, name) : !isGiven(result, name),
  )
  if (chosen.length < 2) return []
  const rest = axes.filter((axis) => !chosen.includes(axis))
  const groups = groupsBy(having(result, metric), axes, chosen)
  const most = groups.toSorted((a, b) => compareOn(b[0]!, a[0]!, rest))[0]
  if (most === undefined || most.length < 3) return []
  const contrast = contrastOf(most, metric)
  if (!matters(contrast)) return []
  const where = rest.length === 0 ? '' : ` (${placed(most[0]!, rest)})`
  return [
    {
      name: 'best-variant',
      weight: 57,
      text: `${ofNames({ ...contrast, equals: contrast.equals.slice(0, 1) }, (variant) => placed(variant, chosen))}${where}.`,
      where: [contrast.order[0]!.name, contrast.order.at(-1)!.name],
      evidence: evidenceOf(contrast),
      chart: 'variants',
    },
  ]
}

/** By the first numeric axis on which they differ. */
const compareOn = (a: Variant, b: Variant, axes: readonly Axis[]): number =>
  axes
    .filter(({ numeric }) => numeric)
    .map((axis) => numberOn(a, axis) - numberOn(b, axis))
    .find((by) => by !== 0) ?? 0
