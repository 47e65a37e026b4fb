// What passed, failed and could not be told, of all variants together, and laws of speedup in words.

import type { Check, Result, Speedup, Violation } from '../results/result.ts'
import { formatNumber, type Unit } from '../units.ts'
import { axesOf, labelOf } from './axes.ts'
import { percent, times } from './figures.ts'

export type Outcome = 'failed' | 'untold' | 'passed'

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
      if (result.variants.length > 1) found.where.push(labelOf(variant, axes))
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

/** The same of the other laws, those that fit. */
export function otherLawsInWords({ gustafson, usl }: Speedup): readonly string[] {
  const words: string[] = []
  if (gustafson)
    words.push(
      `Gustafson's law: serial fraction ${withInterval(percent(gustafson.serial), gustafson.interval, percent)}; fits within ${percent(gustafson.residual)}`,
    )
  if (usl && usl.coherency > 0) {
    const coherency = withInterval(coefficient(usl.coherency), usl.coherencyInterval, coefficient)
    const peak = usl.peak === null ? '' : `, so most at ${formatNumber(Math.round(usl.peak))}`
    words.push(
      `Universal Scalability Law: contention ${withInterval(percent(usl.contention), usl.contentionInterval, percent)}, coherency ${coherency}${peak}; fits within ${percent(usl.residual)}`,
    )
  }
  return words
}

const coefficient = (value: number): string => (value === 0 ? '0' : value.toPrecision(2))

/** `setup.time.mean over slots, where agents=54`. */
export function speedupTitle(speedup: Speedup): string {
  const where = Object.entries(speedup.where).map(([name, value]) => `${name}=${value}`)
  return `${speedup.metric} over ${speedup.axis}${where.length === 0 ? '' : `, where ${where.join(' ')}`}`
}

/** The unit of a metric in the first variant that has it. */
export const unitOf = (result: Result, metric: string): Unit =>
  result.variants.map((variant) => variant.metrics[metric]?.unit).find((unit) => unit !== undefined) ??
  'number'
