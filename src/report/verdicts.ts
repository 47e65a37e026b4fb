// What passed, failed and could not be told, of all variants together, and laws of speedup in words.

import { quote } from '../errors.ts'
import {
  type Attribution,
  CAUSES,
  type Cause,
  type Check,
  type Efficiency,
  type Result,
  type Speedup,
  type Violation,
} from '../results/result.ts'
import { formatNumber, type Unit } from '../units.ts'
import { axesOf, labelOf } from './axes.ts'
import { percent, times } from './figures.ts'

export type Outcome = 'failed' | 'untold' | 'passed'

/** Of a variant's parameters, in characters. */
const LONGEST_PLACE = 160

const outcomeOf = (check: Check): Outcome =>
  check.pass === null ? 'untold' : check.pass ? 'passed' : 'failed'

/** A check of one name with one outcome, in all variants that have it. */
export interface CheckGroup {
  readonly name: string
  readonly kind: Check['kind']
  readonly outcome: Outcome
  /** The figures, each with the variants in which they were found; `where` is empty where there is only one variant. */
  readonly found: readonly Found[]
  readonly count: number
}

export interface Found {
  readonly detail: string
  readonly where: readonly string[]
  /** Of the first of these variants. */
  readonly violation: Violation | undefined
}

/** All checks, grouped by outcome and name in the order of their first appearance: failures, untold, passed. */
export function checkGroups(result: Result): readonly CheckGroup[] {
  const axes = axesOf(result.variants)
  const groups = new Map<
    string,
    { check: Check; outcome: Outcome; found: Map<string, Found & { where: string[] }>; count: number }
  >()
  for (const variant of result.variants)
    for (const check of variant.checks) {
      const outcome = outcomeOf(check)
      const key = JSON.stringify([outcome, check.kind, check.name])
      const group = groups.get(key) ?? { check, outcome, found: new Map(), count: 0 }
      groups.set(key, group)
      group.count++
      const { detail, violation } = check
      const found = group.found.get(detail) ?? { detail, violation, where: [] }
      group.found.set(detail, found)
      if (result.variants.length > 1) found.where.push(quote(labelOf(variant, axes), LONGEST_PLACE))
    }
  const order: readonly Outcome[] = ['failed', 'untold', 'passed']
  return [...groups.values()]
    .map(({ check: { name, kind }, outcome, found, count }) => ({
      name,
      kind,
      outcome,
      count,
      found: [...found.values()],
    }))
    .sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))
}

/** How many checks have this outcome. */
export const countOf = (groups: readonly CheckGroup[], outcome: Outcome): number =>
  groups.reduce((sum, group) => sum + (group.outcome === outcome ? group.count : 0), 0)

/** `rate=1; rate=2; and 3 more`. */
export function briefly(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join('; ')
  return items.length > most ? `${shown}; and ${items.length - most} more` : shown
}

const withInterval = (
  value: string,
  interval: readonly [number, number] | null,
  shown: typeof percent,
): string => (interval === null ? value : `${value} (${shown(interval[0])} to ${shown(interval[1])})`)

/** `Amdahl's law: serial fraction 1.9 % (1.7 % to 2.1 %), so at most 53×; fits within 3 %`, or that it does not fit. */
export function amdahlInWords({ amdahl }: Speedup): string {
  if (amdahl === null) return "Amdahl's law does not fit"
  const { serial, interval, residual } = amdahl
  const limit = serial > 0 ? `, so at most ${times(1 / serial)}` : ''
  return `Amdahl's law: serial fraction ${withInterval(percent(serial), interval, percent)}${limit}; fits within ${percent(residual)}`
}

/** With less, the peak lies beyond ten thousand, and what is left is Amdahl's law. */
const LEAST_COHERENCY = 1e-8

/** The same of the other laws, those that fit. */
export function otherLawsInWords({ gustafson, usl }: Speedup): readonly string[] {
  const words: string[] = []
  if (gustafson)
    words.push(
      `Gustafson's law: serial fraction ${withInterval(percent(gustafson.serial), gustafson.interval, percent)}; fits within ${percent(gustafson.residual)}`,
    )
  if (usl && usl.coherency >= LEAST_COHERENCY) {
    const coherency = withInterval(coefficient(usl.coherency), usl.coherencyInterval, coefficient)
    const peak = usl.peak === null ? '' : `, so most at ${formatNumber(Math.round(usl.peak))}`
    words.push(
      `Universal Scalability Law: contention ${withInterval(percent(usl.contention), usl.contentionInterval, percent)}, coherency ${coherency}${peak}; fits within ${percent(usl.residual)}`,
    )
  }
  return words
}

const coefficient = (value: number): string => (value === 0 ? '0' : value.toPrecision(2))

/** What a worker does as long as it is lost, after `of the lost time is`. */
const LOSSES: Readonly<Record<Cause, string>> = {
  contention: 'waiting for cores and for services that all share',
  serial: 'waiting for the coordinator or another serial part',
  network: 'messages on their way',
  coherency: 'agreeing with its peers',
  stragglers: 'having nothing left to do while others work',
  idle: 'not being asked for anything',
  down: 'not being up',
}

/** Below this share of the worker time nothing is told of a cause. */
const LEAST_SHARE = 0.0005

/** The causes that took time at some point, in their order: half a percent, as charts cannot show less. */
export const causesOf = (attribution: readonly Attribution[]): readonly Cause[] =>
  CAUSES.filter((cause) => attribution.some(({ lost }) => lost[cause] >= 0.005))

/** `the 54th buys 0.30 of one (on average from the 40th on); 61 % of the lost time is waiting for …`; of speedups without attribution, its first half. */
export function lastInWords({ points, attribution }: Speedup): string {
  const [before, last] = [points.at(-2), points.at(-1)]
  if (!before || !last) return 'one point tells no speedup'
  const buys = (last[2] - before[2]) / (last[0] - before[0])
  const on = last[0] - before[0] > 1 ? ` (on average from the ${ordinal(before[0])} on)` : ''
  const size = Math.abs(buys)
  const what = size < 0.005 ? 'buys nothing' : `${buys < 0 ? 'costs' : 'buys'} ${size.toFixed(2)} of one`
  const worth = `the ${ordinal(last[0])} ${what}${on}`
  const words = attribution ? lossInWords(attribution.at(-1)!) : ''
  return words === '' ? worth : `${worth}; ${words}`
}

/** What took workers' time, as a share of all of it and in words, the most first; idle time is nobody's loss. */
export const lossesOf = ({
  lost,
}: Attribution): readonly { readonly share: number; readonly words: string }[] =>
  CAUSES.filter((cause) => cause !== 'idle')
    .map((cause) => ({ share: lost[cause], words: LOSSES[cause] }))
    .sort((a, b) => b.share - a.share)

/** Idle time is nobody's loss: of it is told apart. */
function lossInWords(attribution: Attribution): string {
  const { lost } = attribution
  const losses = lossesOf(attribution)
  const all = losses.reduce((sum, { share }) => sum + share, 0)
  const told: string[] = []
  if (all >= LEAST_SHARE) {
    const [first, second] = losses
    told.push(`${percent(first!.share / all)} of the lost time is ${first!.words}`)
    if (second!.share >= 0.1 * all) told.push(`${percent(second!.share / all)} ${second!.words}`)
  }
  if (lost.idle >= 0.05)
    told.push(
      `for ${percent(lost.idle)} of their time they are not asked for anything, which is nobody's loss`,
    )
  return told.join(', ')
}

/** Of one point, after Karp and Flatt. */
export const serialInWords = ({ serial }: Efficiency): string =>
  serial === null ? '–' : percent(Math.abs(serial) < LEAST_SHARE ? 0 : serial)

/** `1st`, `54th`. */
function ordinal(n: number): string {
  const tens = Math.floor(n / 10) % 10
  return `${formatNumber(n)}${(tens === 1 ? undefined : ['th', 'st', 'nd', 'rd'][n % 10]) ?? 'th'}`
}

/** `setup.time.mean over slots, where agents=54`. */
export function speedupTitle(speedup: Speedup): string {
  const where = Object.entries(speedup.where).map(([name, value]) => `${name}=${value}`)
  return `${speedup.metric} over ${speedup.axis}${where.length === 0 ? '' : `, where ${where.join(' ')}`}`
}

/** The unit of a metric in the first variant that has it. */
export const unitOf = (result: Result, metric: string): Unit =>
  result.variants.map((variant) => variant.metrics[metric]?.unit).find((unit) => unit !== undefined) ??
  'number'
