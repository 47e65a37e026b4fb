// Whether what a scenario expects, or a claim says, holds of a variant: a figure against a limit, a range, another variant's
// figure, or a closed form. What was not observed can not be told: absence never passes.

import type { Check, Scalar, Variant } from '../results/result.ts'
import { type Criterion, type Limits, limitsOf } from '../scenario/criterion.ts'
import { laws } from '../statistics/laws/registry.ts'
import { format, type Unit } from '../units.ts'

/** One criterion held against one variant. */
export interface Finding {
  /** `null`: it cannot be told. */
  readonly pass: boolean | null
  /** The figure found, in base units; a ratio where it is relative to another variant. */
  readonly figure: number | null
  readonly unit: Unit
  /** The figure in words, with its interval. */
  readonly found: string
  /** What was expected, in words. */
  readonly expected: string
}

interface Figure {
  readonly value: number | null
  readonly interval: readonly [number, number] | null
  readonly unit: Unit
}

/** Holds a criterion against a variant; `all` are where a criterion relative to another finds it. */
export function evaluate(criterion: Criterion, variant: Variant, all: readonly Variant[]): Finding {
  const figure = figureOf(criterion, variant, all)
  const { value, interval, unit } = figure
  const limits = limitsOf(criterion, unit, closedForm)
  const expected = describe(limits, unit)
  if (value === null) return { pass: null, figure: null, unit, found: 'absent', expected }
  const spread = interval ? ` (95 % ${format(interval[0], unit)} to ${format(interval[1], unit)})` : ''
  return {
    pass: holds(limits, value, interval),
    figure: value,
    unit,
    found: `${format(value, unit)}${spread}`,
    expected,
  }
}

/** The value of a law's figure. */
function closedForm(kind: string, of: string, values: Readonly<Record<string, unknown>>): number {
  return laws[kind]!.evaluate(values)[of]!
}

function figureOf(criterion: Criterion, variant: Variant, all: readonly Variant[]): Figure {
  const own = variant.metrics[criterion.metric]
  if (!own) return { value: null, interval: null, unit: 'number' }
  if (!criterion.relativeTo) return own
  const other = counterpart(variant, criterion.relativeTo, all)?.metrics[criterion.metric]
  const value = own.value !== null && other?.value ? own.value / other.value : null
  return { value, interval: null, unit: 'number' }
}

/** The variant that differs from this one in these axes alone. */
const counterpart = (
  variant: Variant,
  change: Readonly<Record<string, Scalar>>,
  all: readonly Variant[],
): Variant | undefined => {
  const wanted = { ...variant.parameters, ...change }
  return all.find(({ parameters }) => Object.keys(wanted).every((axis) => parameters[axis] === wanted[axis]))
}

function holds(limits: Limits, value: number, interval: Figure['interval']): boolean {
  switch (limits.kind) {
    case 'below':
      return value < limits.limit
    case 'above':
      return value > limits.limit
    case 'at-most':
      return value <= limits.limit
    case 'at-least':
      return value >= limits.limit
    case 'between':
      return value >= limits.low && value <= limits.high
    case 'equals':
      return Math.abs(value - limits.limit) <= limits.within * Math.abs(limits.limit)
    case 'law':
      // Inside the interval of the replications; with a tolerance stated, within that of the value.
      if (limits.within !== undefined)
        return Math.abs(value - limits.limit) <= limits.within * Math.abs(limits.limit)
      return interval !== null && limits.limit >= interval[0] && limits.limit <= interval[1]
  }
}

function describe(limits: Limits, unit: Unit): string {
  if (limits.kind === 'between') return `between ${format(limits.low, unit)} and ${format(limits.high, unit)}`
  const limit = format(limits.limit, unit)
  const within = limits.kind === 'equals' || limits.kind === 'law' ? limits.within : undefined
  const tolerance = within ? ` within ${format(within, 'ratio')}` : ''
  if (limits.kind === 'law') return `${limits.law} = ${limit}${tolerance}`
  return `${limits.kind.replace('-', ' ')} ${limit}${tolerance}`
}

/** The expectations of a variant's scenario as checks of its result. */
export function checksOf(criteria: readonly Criterion[], variant: Variant, all: readonly Variant[]): Check[] {
  return criteria.map((criterion) => {
    const { pass, found, expected } = evaluate(criterion, variant, all)
    const relative = criterion.relativeTo ? ' relative to another variant' : ''
    return { name: `expect: ${criterion.metric}${relative} ${expected}`, kind: 'expect', pass, detail: found }
  })
}
