// What is said of a contrast between choices: which is best or worst, by how much, and in how many settings of the rest.

import type { MetricValue, Variant } from '../../results/result.ts'
import { formatNumber } from '../../units.ts'
import { type Axis, numberOn, positionOn } from '../axes.ts'
import { counted, percent, plainFigure } from '../figures.ts'
import { type Contrast, SAME } from './contrasts.ts'
import { allOf, isOrAre, lessBy, listed, named, placed, timesAs } from './wording.ts'

export type Place = (variant: Variant) => string

const figureOf = (variant: Variant, metric: string): string => plainFigure(variant.metrics[metric])

/** `55 % more`, `8 times as much`, of the larger to the smaller. */
const moreBy = (factor: number): string =>
  factor < 2 ? `${percent(factor - 1)} more` : `${timesAs(factor)} as much`

/** `, 55 % more`, from the first to the second; nothing against 0. */
const changeTo = (from: MetricValue, to: MetricValue, factor: number, mark: string): string =>
  !Number.isFinite(factor) ? '' : `${mark}${to.value! > from.value! ? moreBy(factor) : lessBy(factor)}`

/** ` (above 0 in 2 of 10 seeds)`, where all seeds of the other are at 0 and not all of this. */
function someSeeds(variant: Variant, metric: string, factor: number): string {
  const { samples } = variant.metrics[metric]!
  const above = samples.filter((sample) => sample !== null && sample > 0).length
  return Number.isFinite(factor) || above === 0 || above === samples.length
    ? ''
    : ` (above 0 in ${above} of ${counted(samples.length, 'seed')})`
}

/** Whether all but the worst are as good as the best, not only as far as the seeds can tell: the worst is what there is to tell. */
export const onlyWorst = ({ order, equals, metric }: Contrast): boolean =>
  order.length > 2 &&
  equals.length === order.length - 2 &&
  !equals.includes(order.at(-1)!) &&
  equals.every(
    ({ seeds, metrics }) => seeds.length === 1 || metrics[metric]!.value === order[0]!.metrics[metric]!.value,
  )

/** `Best is mode=ring: latency.p95 1.2 s, against 4.1 s with mode=mesh, the worst, 3.4 times as much; mode=hybrid is as good`. */
export function ofNames(contrast: Contrast, place: Place): string {
  const { order, factor, equals, metric } = contrast
  const [best, worst] = [order[0]!, order.at(-1)!]
  const bad = `${figureOf(worst, metric)}${someSeeds(worst, metric, factor)}`
  const other = `${place(worst)}${order.length > 2 ? ', the worst' : ''}`
  const alike = equals.filter((variant) => variant !== worst)
  const told = best.seeds.length > 1 ? ` as far as ${counted(best.seeds.length, 'seed')} can tell` : ''
  const also =
    alike.length === 0
      ? ''
      : `; ${listed(alike.map(place))} ${alike.length === 1 ? 'is' : 'are'} as good${told}`
  const good = figureOf(best, metric)
  const figures =
    best.metrics[metric]!.better === 'higher' && Number.isFinite(factor)
      ? `${good}, ${moreBy(factor)}${factor < 2 ? ' than' : ' as'} the ${bad} with ${other}`
      : `${good}, against ${bad} with ${other}${changeTo(best.metrics[metric]!, worst.metrics[metric]!, factor, ', ')}`
  return `Best is ${place(best)}: ${named(metric)} ${figures}${also}`
}

/** `Worst with failure=pause: errors 0.671 %, against 0.0105 % with failure=kill, 64 times as much`. */
export function ofWorst(contrast: Contrast, place: Place): string {
  const { order, factor, metric } = contrast
  const [best, worst] = [order[0]!, order.at(-1)!]
  const change = changeTo(best.metrics[metric]!, worst.metrics[metric]!, factor, ', ')
  const others = onlyWorst(contrast) ? '; the others are alike' : ''
  return `Worst is ${place(worst)}: ${named(metric)} ${figureOf(worst, metric)}${someSeeds(worst, metric, factor)}, against ${figureOf(best, metric)} with ${place(best)}${change}${others}`
}

/** `With killed=1 instead of 0, latency.max is 219 ms instead of 193 ms: 13 % more`. */
export function ofNumbers({ order, factor, metric }: Contrast, axis: Axis): string {
  const [low, high] = order.toSorted((a, b) => numberOn(a, axis) - numberOn(b, axis)) as [Variant, Variant]
  const change = changeTo(low.metrics[metric]!, high.metrics[metric]!, factor, ': ')
  return `With ${placed(high, [axis])} instead of ${positionOn(low, axis)}, ${named(metric)} ${isOrAre(metric)} ${figureOf(high, metric)} instead of ${figureOf(low, metric)}${change}`
}

/** ` It is best in 6 of 9 settings of the rest, mode=mesh in 2; in 1 they differ by less than 5 %.` */
export function settings(
  all: readonly Contrast[],
  most: Contrast,
  axis: Axis,
  { end, words, reversed }: { end: 0 | -1; words: string; reversed?: string },
): string {
  const at = (variant: Variant): string => positionOn(variant, axis)
  const wanted = at(most.order.at(end)!)
  // Where this choice was not run it could not win.
  const having = all.filter(({ order }) => order.some((variant) => at(variant) === wanted))
  if (having.length < 2) return ''
  const clear = having.filter(({ told, factor }) => told && factor >= SAME)
  const winners = clear.map(({ order, equals }) => {
    const first = end === 0 ? [order[0]!, ...equals] : [order.at(-1)!]
    return first.some((variant) => at(variant) === wanted) ? wanted : at(first[0]!)
  })
  const wins = winners.filter((winner) => winner === wanted).length
  if (wins === having.length) return ` ${words} in ${allOf(wins, 'setting')} of the rest.`
  const others = [...new Set(winners)].filter((winner) => winner !== wanted)
  const counts = others.map((winner) => {
    const count = formatNumber(winners.filter((each) => each === winner).length)
    return reversed === undefined
      ? `${named(axis.name)}=${named(winner)} in ${count}`
      : `${reversed} in ${count}`
  })
  const equal = having.filter((contrast) => !clear.includes(contrast))
  const none =
    equal.length === 0
      ? ''
      : `; in ${formatNumber(equal.length)} ${equal.every(({ factor }) => factor < SAME) ? 'they differ by less than 5 %' : 'no difference can be told'}`
  return ` ${words} in ${formatNumber(wins)} of ${formatNumber(having.length)} settings of the rest${counts.length === 0 ? '' : `, ${listed(counts)}`}${none}.`
}

/** ` But by errors mode=mesh is better: 0 % instead of 3 %.` */
export const butBy = (metric: string, better: Variant, best: Variant, place: Place): string =>
  ` But by ${named(metric)} ${place(better)} is better: ${figureOf(better, metric)} instead of ${figureOf(best, metric)}.`
