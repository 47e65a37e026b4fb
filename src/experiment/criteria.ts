// Whether what a scenario expects, or a claim says, holds of a variant: a figure against a limit, a range, another variant's
// figure, or a closed form. What was not observed can not be told: absence never passes.

import { ScenarioError } from '../errors.ts'
import type { Check, Scalar, Variant } from '../results/result.ts'
import { limitOf } from '../scenario/limit.ts'
import type { Criterion, Scenario, ScenarioFile, Test } from '../scenario/scenario.ts'
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

type Interval = readonly [number, number] | null

interface Figure {
  readonly value: number | null
  readonly interval: Interval
  readonly unit: Unit
}

/** A test whose limits are numbers. */
type Bounds =
  | { readonly kind: 'below' | 'above' | 'at-least' | 'at-most'; readonly limit: number }
  | { readonly kind: 'equals'; readonly limit: number; readonly within: number }
  | { readonly kind: 'between'; readonly low: number; readonly high: number }
  | { readonly kind: 'law'; readonly name: string; readonly limit: number; readonly within: number }

/** Whether a criterion (or its claim) speaks of this variant. */
export const speaks = ({ when }: Pick<Criterion, 'when'>, { parameters }: Scenario): boolean =>
  when === undefined || when.evaluate(parameters) === true

/** Holds a criterion against a variant; `all` are where a criterion relative to another finds it. */
export function evaluate(
  file: ScenarioFile,
  criterion: Criterion,
  variant: Variant,
  all: readonly Variant[],
): Finding {
  const { value, interval, unit } = figureOf(criterion, variant, all)
  const bounds = boundsOf(file, criterion, unit)
  const expected = describe(bounds, unit)
  if (value === null) return { pass: null, figure: null, unit, found: 'absent', expected }
  const spread = interval ? ` (95 % ${format(interval[0], unit)} to ${format(interval[1], unit)})` : ''
  return {
    pass: holds(bounds, value, interval),
    figure: value,
    unit,
    found: `${format(value, unit)}${spread}`,
    expected,
  }
}

/** The unit in which a criterion's limits are read. */
export const unitOf = (criterion: Criterion, metric: { readonly unit: Unit }): Unit =>
  criterion.relativeTo ? 'number' : metric.unit

/** A test's limits as numbers; a limit that is none of its unit is a ScenarioError at its place. */
export function boundsOf(file: ScenarioFile, { test, path }: Criterion, unit: Unit): Bounds {
  switch (test.kind) {
    case 'between':
      return { kind: 'between', low: limitOf(test.low, unit, file), high: limitOf(test.high, unit, file) }
    case 'equals':
      return { kind: 'equals', limit: limitOf(test.limit, unit, file), within: test.within }
    case 'law':
      return lawBounds(file, test, path)
    default:
      return { kind: test.kind, limit: limitOf(test.limit, unit, file) }
  }
}

/** The closed form; parameters that a law refuses are the scenario's mistake. */
function lawBounds(
  file: ScenarioFile,
  test: Extract<Test, { kind: 'law' }>,
  path: Criterion['path'],
): Bounds {
  try {
    const limit = laws[test.law]!.evaluate(test.values)[test.of]
    if (limit === undefined)
      throw new ScenarioError(`the law ${test.law} gives no ${test.of} with these parameters`)
    return { kind: 'law', name: test.law, limit, within: test.within }
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    throw new ScenarioError(
      error.mistakes.map(({ message, hint }) => file.mistake([...path, 'law'], message, hint)),
    )
  }
}

function figureOf({ metric, relativeTo }: Criterion, variant: Variant, all: readonly Variant[]): Figure {
  const own = variant.metrics[metric]
  if (!relativeTo) return own ?? { value: null, interval: null, unit: 'number' }
  const other = counterpart(variant, relativeTo, all)?.metrics[metric]
  const value = own && own.value !== null && other?.value ? own.value / other.value : null
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

const near = (value: number, limit: number, within: number): boolean =>
  Math.abs(value - limit) <= within * Math.abs(limit)

function holds(bounds: Bounds, value: number, interval: Interval): boolean {
  switch (bounds.kind) {
    case 'below':
      return value < bounds.limit
    case 'above':
      return value > bounds.limit
    case 'at-most':
      return value <= bounds.limit
    case 'at-least':
      return value >= bounds.limit
    case 'between':
      return value >= bounds.low && value <= bounds.high
    case 'equals':
      return near(value, bounds.limit, bounds.within)
    case 'law': {
      // Inside the interval of the replications, widened by the tolerance; one seed has no interval, only its value.
      const [low, high] = interval ?? [value, value]
      const slack = bounds.within * Math.abs(bounds.limit)
      return bounds.limit >= low - slack && bounds.limit <= high + slack
    }
  }
}

function describe(bounds: Bounds, unit: Unit): string {
  const words = (value: number): string => format(value, unit)
  const tolerance = (within: number): string => (within > 0 ? ` within ${format(within, 'ratio')}` : '')
  switch (bounds.kind) {
    case 'between':
      return `between ${words(bounds.low)} and ${words(bounds.high)}`
    case 'equals':
      return `equals ${words(bounds.limit)}${tolerance(bounds.within)}`
    case 'law':
      return `obeys ${bounds.name}: ${words(bounds.limit)}${tolerance(bounds.within)}`
    default:
      return `${bounds.kind.replace('-', ' ')} ${words(bounds.limit)}`
  }
}

/** What the variant's scenario expects, as checks of its result. */
export function checksOf(
  file: ScenarioFile,
  scenario: Scenario,
  variant: Variant,
  all: readonly Variant[],
): Check[] {
  return scenario.expect
    .filter((criterion) => speaks(criterion, scenario))
    .map((criterion) => {
      const { pass, found, expected } = evaluate(file, criterion, variant, all)
      const relative = criterion.relativeTo ? ` relative to ${settings(criterion.relativeTo)}` : ''
      return {
        name: `expect: ${criterion.metric}${relative} ${expected}`,
        kind: 'expect',
        pass,
        detail: found,
      }
    })
}

/** `mode=concurrent slots=4` */
export const settings = (parameters: Readonly<Record<string, Scalar>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
