// Which choice is best, by how much, and whether that is more than chance: over axes that are no amounts, the rest held;
// of several axes together, the best of all; and by what else that is asked about another is better.

import type { Result, Variant } from '../../results/result.ts'
import { type Axis, numberOn } from '../axes.ts'
import { counted, percent } from '../figures.ts'
import { butBy, ofNames, ofNumbers, ofWorst, onlyWorst, type Place, settings } from './choice-words.ts'
import { type Contrast, contrastOf, groupsBy, matters, SAME, steadiest } from './contrasts.ts'
import type { Finder, Finding } from './finding.ts'
import { headlines, isAskedAbout, isGoal } from './pairs.ts'
import { isGiven, isLoad, isSupply } from './places.ts'
import { isOrAre, listed, named, placed, tellingAxes } from './wording.ts'

/** An axis of two numbers is a choice between them; of more, a curve. */
const CURVE = 3
/** So many of the telling metrics are looked at, until a choice makes a difference. */
const METRICS = 3
/** As many errors more are no difference; and of what answers so much less nothing is better. */
const FEW = 0.01
const MOST = 0.5
/** By less than this nobody would choose otherwise. */
const WORTH = 1.1

export const bestChoice: Finder = (result) => {
  const metrics = headlines(result)
  if (metrics.length === 0) return []
  const axes = tellingAxes(result)
  const choices = axes.filter(({ numeric, values }) => !numeric || values.length < CURVE)
  const found = choices.flatMap((axis) => ofAxis(result, metrics, axis, axes) ?? [])
  const ofAll = bestOfAll(result, metrics, axes)
  const pairs = new Set(ofAll.map(({ where }) => JSON.stringify(where)))
  return [
    ...ofAll,
    ...found
      .filter(({ where }) => !pairs.has(JSON.stringify(where)))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, 2),
  ]
}

const having = ({ variants }: Result, metric: string): readonly Variant[] =>
  variants.filter(({ metrics }) => metrics[metric]?.value != null)

/** More for a larger factor; against 0 there is none. */
const bonus = (factor: number): number => (Number.isFinite(factor) ? Math.min(12, 3 * Math.log2(factor)) : 6)

/** The one with the largest factor, or where some are against 0 the largest difference. */
function mostOf(contrasts: readonly Contrast[]): Contrast {
  const finite = contrasts.every(({ factor }) => Number.isFinite(factor))
  const size = ({ order, metric, factor }: Contrast): number =>
    finite ? factor : Math.abs(order[0]!.metrics[metric]!.value! - order.at(-1)!.metrics[metric]!.value!)
  return contrasts.reduce((most, each) => (size(each) > size(most) ? each : most))
}

function ofAxis(
  result: Result,
  metrics: readonly string[],
  axis: Axis,
  axes: readonly Axis[],
): Finding | undefined {
  const load = axis.numeric && isLoad(result, axis.name)
  // That more load has more answers is no news.
  const isNews = ({ order }: Contrast): boolean =>
    !load || numberOn(order[0]!, axis) < numberOn(order.at(-1)!, axis)
  const over = (metric: string): readonly Contrast[] =>
    groupsBy(having(result, metric), axes, [axis]).map((group) => contrastOf(group, metric))
  const all = metrics
    .slice(0, METRICS)
    .map(over)
    .filter((contrasts) => !contrasts.some(matters) || contrasts.filter(matters).some(isNews))
  // What else the scenario names is asked where those make no difference.
  const further = metrics
    .slice(METRICS)
    .filter((metric) => isGoal(result.variants[0]!, metric) && isAskedAbout(result, metric))
    .map(over)
    .find((contrasts) => contrasts.filter(matters).some(isNews))
  const telling = all.find((contrasts) => contrasts.some(matters)) ?? further
  if (telling === undefined) return withoutDifference(all.flat(), axis)
  const widest = mostOf(telling.filter(matters))
  const most = axis.numeric ? widest : steadiest(widest, telling, axis)
  const rest = axes.filter((each) => each !== axis)
  const where = rest.length === 0 ? '' : ` (${placed(most.order[0]!, rest)})`
  const place: Place = (variant) => placed(variant, [axis])
  const given = isGiven(result, axis.name)
  const worst = given || onlyWorst(most)
  const words = axis.numeric ? ofNumbers(most, axis) : worst ? ofWorst(most, place) : ofNames(most, place)
  const count = axis.numeric
    ? { end: 0 as const, words: 'So', reversed: 'the other way round' }
    : { end: worst ? (-1 as const) : (0 as const), words: `It is ${worst ? 'worst' : 'best'}` }
  const alike = (all.includes(telling) ? all.slice(0, all.indexOf(telling)) : all).flatMap(
    ([contrast]) => contrast?.metric ?? [],
  )
  const same =
    alike.length === 0 ? '' : ` By ${listed(alike.map(named))} they differ by less than 5 %, or by chance.`
  const other = given ? '' : otherwise(most, metrics, place)
  return {
    name: 'best-choice',
    weight: (given ? 46 : axis.numeric ? 55 : 60) + bonus(most.factor),
    text: `${words}${where}.${settings(telling, most, axis, count)}${same}${other}`,
    where: [most.order[0]!.name, most.order.at(-1)!.name],
    evidence: evidenceOf(most),
    chart: 'variants',
  }
}

const errorsOf = ({ metrics }: Variant): number => metrics.errors?.value ?? 0

/** By what else that tells, in the same setting, another than the best is clearly better; the first such metric. */
function otherwise({ order, metric }: Contrast, metrics: readonly string[], place: Place): string {
  const best = order[0]!
  for (const other of metrics.filter((name) => isGoal(best, name))) {
    const group = order.filter(({ metrics }) => metrics[other]?.value != null)
    if (other === metric || !group.includes(best) || group.length < 2) continue
    const better = contrastOf(group, other).order[0]!
    // Who leaves requests without an answer is quick with the rest.
    const more = errorsOf(better) - errorsOf(best)
    if (better === best || more > (better.metrics[other]!.unit === 'ns' ? FEW : MOST)) continue
    const { told, factor } = contrastOf([better, best], other)
    if (told && factor >= WORTH) return butBy(other, better, best, place)
  }
  return ''
}

const evidenceOf = ({ order, metric }: Contrast): Finding['evidence'] =>
  [order[0]!, order.at(-1)!].map((variant) => {
    const { value, unit } = variant.metrics[metric]!
    return { variant: variant.name, metric, value: value!, unit }
  })

function withoutDifference(contrasts: readonly Contrast[], axis: Axis): Finding | undefined {
  if (contrasts.length === 0) return undefined
  const most = contrasts.reduce((most, each) => (each.factor > most.factor ? each : most))
  const small = most.factor < SAME
  const metrics = [...new Set(contrasts.map(({ metric }) => named(metric)))]
  const verb = metrics.length === 1 ? isOrAre(metrics[0]!) : 'are'
  return {
    name: 'best-choice',
    weight: small ? 42 : 50,
    text: small
      ? `No difference by ${named(axis.name)}: ${listed(metrics)} ${verb} the same within 5 %.`
      : `Whether ${named(axis.name)} matters cannot be told: ${named(most.metric)} ${isOrAre(most.metric) === 'is' ? 'differs' : 'differ'} by up to ${percent(most.factor - 1)}, which may be chance with ${counted(most.order[0]!.seeds.length, 'seed')}.`,
    where: [],
    evidence: evidenceOf(most),
    chart: 'variants',
  }
}

/** Of two or more choices, with the most of everything else, the best and the worst. */
function bestOfAll(result: Result, metrics: readonly string[], axes: readonly Axis[]): readonly Finding[] {
  const chosen = axes.filter(({ name, numeric }) =>
    numeric ? isSupply(result, name) : !isGiven(result, name),
  )
  if (chosen.length < 2) return []
  const [metric] = metrics
  const rest = axes.filter((axis) => !chosen.includes(axis))
  const groups = groupsBy(having(result, metric!), axes, chosen)
  const most = groups.toSorted((a, b) => compareOn(b[0]!, a[0]!, rest))[0]
  if (most === undefined || most.length < 3) return []
  const contrast = contrastOf(most, metric!)
  if (!matters(contrast)) return []
  const place: Place = (variant) => placed(variant, chosen)
  const where = rest.length === 0 ? '' : ` (${placed(most[0]!, rest)})`
  return [
    {
      name: 'best-variant',
      weight: 61 + bonus(contrast.factor),
      text: `${ofNames({ ...contrast, equals: contrast.equals.slice(0, 1) }, place)}${where}.${otherwise(contrast, metrics, place)}`,
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
