// Verdicts on the claims that a scenario settles. A claim is held against every variant it speaks of: under its own conditions
// it is reproduced or refuted; where else it holds, and where it breaks, is said beside.

import type { Claim, Scalar, Variant } from '../results/result.ts'
import type { ClaimSpec } from '../scenario/criterion.ts'
import { format } from '../units.ts'
import { evaluate, type Finding } from './criteria.ts'
import type { Axis } from './speedup.ts'

/** One claim as the variants' scenarios have it: the same but for what the parameters fill in. */
export interface ClaimCase {
  readonly variant: Variant
  readonly spec: ClaimSpec
  /** The claim speaks of this variant. */
  readonly speaks: boolean
  /** Its own conditions hold here. */
  readonly conditional: boolean
}

interface Held extends Finding {
  readonly variant: Variant
  readonly conditional: boolean
}

/** The verdict on one claim, from all variants. */
export function settle(
  cases: readonly ClaimCase[],
  text: string,
  axes: readonly Axis[],
  all: readonly Variant[],
): Claim {
  const { id, note, source, outOfReach } = cases[0]!.spec
  const base = { id, text, ...(source === undefined ? {} : { source }) }
  if (outOfReach !== undefined)
    return { ...base, verdict: 'out of reach', found: 'nothing was run', conditions: outOfReach }
  const held = cases
    .filter(({ speaks }) => speaks)
    .map(({ variant, spec, conditional }) => ({
      ...evaluate(spec.criterion!, variant, all),
      variant,
      conditional,
    }))
  const own = held.filter(({ conditional }) => conditional)
  const told = own.filter(({ pass }) => pass !== null)
  const conditions = [conditionsOf(held, axes), note].filter(Boolean).join(' ')
  if (told.length === 0)
    return {
      ...base,
      verdict: 'out of reach',
      found: 'no figure was observed where the claim speaks',
      conditions,
    }
  const verdict = told.every(({ pass }) => pass) ? 'reproduced' : 'refuted'
  return { ...base, verdict, found: foundOf(held, axes), conditions }
}

/** The figures, extremes first: `300 ms (slots=56) to 8.61 s (slots=1); expected 300 ms within 5 %`. */
function foundOf(held: readonly Held[], axes: readonly Axis[]): string {
  const told = held.filter(({ figure }) => figure !== null).sort((a, b) => a.figure! - b.figure!)
  const least = told[0]!
  const most = told.at(-1)!
  const varying = axes.filter(
    (axis) => new Set(held.map(({ variant }) => variant.parameters[axis.name])).size > 1,
  )
  const where = ({ variant }: Held): string => {
    const words = varying.map(({ name }) => `${name}=${variant.parameters[name]}`)
    return words.length === 0 ? '' : ` (${words.join(' ')})`
  }
  const expected = new Set(told.map((each) => each.expected))
  const limit = expected.size === 1 ? `; claimed ${least.expected}` : ''
  if (told.length === 1 || format(least.figure!, least.unit) === format(most.figure!, most.unit))
    return `${least.found}${limit}`
  return `${format(least.figure!, least.unit)}${where(least)} to ${format(most.figure!, most.unit)}${where(most)}${limit}`
}

/** For each axis that matters: at which of its values the claim holds, breaks, or does both. */
function conditionsOf(held: readonly Held[], axes: readonly Axis[]): string {
  const passed = held.filter(({ pass }) => pass)
  const failed = held.filter(({ pass }) => pass === false)
  if (failed.length === 0) return `Holds in all ${count(held.length)} it speaks of.`
  if (passed.length === 0) return `Breaks in all ${count(held.length)} it speaks of.`
  const lines = axes.flatMap(({ name }) => {
    const holds = valuesOf(passed, name)
    const breaks = valuesOf(failed, name)
    const both = holds.filter((value) => breaks.includes(value))
    if (both.length > 0 && both.length === new Set([...holds, ...breaks]).size) return []
    return [`holds with ${name} ${words(holds)}, breaks with ${words(breaks)}`]
  })
  return `Of ${count(held.length)} it ${lines.join('; ') || 'holds in some and breaks in others'}.`
}

const count = (n: number): string => (n === 1 ? '1 variant' : `${n} variants`)

const valuesOf = (held: readonly Held[], axis: string): Scalar[] => [
  ...new Set(held.map(({ variant }) => variant.parameters[axis]!)),
]

const words = (values: readonly Scalar[]): string => values.join(', ')
