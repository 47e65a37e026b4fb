// Verdicts on the claims that a scenario settles. A claim is held against every variant it speaks of: under its own conditions
// it is reproduced or refuted; where else it holds, and where it breaks, is said beside.

import type { Claim, Scalar, Variant } from '../results/result.ts'
import type { ClaimSpec, Criterion, ScenarioFile } from '../scenario/scenario.ts'
import { format } from '../units.ts'
import { evaluate, type Finding, settings, speaks } from './criteria.ts'

/** A claim held against one variant that it speaks of. */
interface Held extends Finding {
  readonly parameters: Variant['parameters']
  /** The claim's own conditions are met here. */
  readonly own: boolean
}

/** The verdicts on all claims of a scenario; `texts` are the ledger's, for claims that the scenario does not word itself. */
export function claimsOf(
  file: ScenarioFile,
  variants: readonly Variant[],
  texts: Readonly<Record<string, string>>,
): Claim[] {
  const claims = file.variants[0]!.scenario.claims
  return claims.map((claim, i) => {
    const base = {
      id: claim.id,
      text: claim.text ?? texts[claim.id] ?? '',
      ...(claim.source === undefined ? {} : { source: claim.source }),
    }
    if ('outOfReach' in claim.settledBy)
      return {
        ...base,
        verdict: 'out of reach',
        found: 'nothing was run for it',
        conditions: claim.settledBy.outOfReach,
      }
    return {
      ...base,
      ...settle(
        claim,
        hold(file, i, variants),
        file.axes.map(({ name }) => name),
      ),
    }
  })
}

/** The i-th claim of every variant it speaks of. */
function hold(file: ScenarioFile, i: number, variants: readonly Variant[]): Held[] {
  return file.variants.flatMap(({ scenario }, v) => {
    const { condition, settledBy } = scenario.claims[i]!
    const { criterion } = settledBy as { criterion: Criterion }
    if (!speaks(criterion, scenario)) return []
    const variant = variants[v]!
    const own = condition === undefined || condition.evaluate(scenario.parameters) === true
    return [{ ...evaluate(file, criterion, variant, variants), parameters: variant.parameters, own }]
  })
}

function settle(
  { note }: ClaimSpec,
  held: readonly Held[],
  axes: readonly string[],
): Pick<Claim, 'verdict' | 'found' | 'conditions'> {
  const told = held.filter(({ own, pass }) => own && pass !== null)
  const conditions = [conditionsOf(held, axes), note].filter(Boolean).join(' ')
  if (told.length === 0)
    return { verdict: 'out of reach', found: 'no figure was observed where the claim speaks', conditions }
  return {
    verdict: told.every(({ pass }) => pass) ? 'reproduced' : 'refuted',
    found: foundOf(held, axes),
    conditions,
  }
}

/** The figures from least to most: `300 ms (slots=56) to 8.61 s (slots=1); claimed: equals 300 ms within 5 %`. */
function foundOf(held: readonly Held[], axes: readonly string[]): string {
  const told = held.filter(({ figure }) => figure !== null).sort((a, b) => a.figure! - b.figure!)
  const least = told[0]!
  const most = told.at(-1)!
  const varying = axes.filter((axis) => valuesOf(held, axis).length > 1)
  const where = ({ parameters }: Held): string => {
    const shown = Object.fromEntries(varying.map((axis) => [axis, parameters[axis]!]))
    return varying.length === 0 ? '' : ` (${settings(shown)})`
  }
  const claimed =
    new Set(told.map(({ expected }) => expected)).size === 1 ? `; claimed: ${least.expected}` : ''
  const [low, high] = [least, most].map(({ figure, unit }) => format(figure!, unit))
  return low === high
    ? `${least.found}${claimed}`
    : `${low}${where(least)} to ${high}${where(most)}${claimed}`
}

/** Where the claim holds and where it breaks, by the axis that decides, or by two where one alone does not. */
function conditionsOf(held: readonly Held[], axes: readonly string[]): string {
  const passed = held.filter(({ pass }) => pass === true)
  const failed = held.filter(({ pass }) => pass === false)
  const all = held.length === 1 ? 'the one variant' : `all ${held.length} variants`
  if (failed.length === 0) return `Holds in ${all} it speaks of.`
  if (passed.length === 0) return `Breaks in ${all} it speaks of.`
  const boundary = boundaryOf(held, axes)
  return `Holds in ${passed.length} of ${held.length} variants it speaks of${boundary ? `: ${boundary}` : ''}.`
}

function boundaryOf(held: readonly Held[], axes: readonly string[]): string {
  const decided = axes.flatMap((axis) => split(held, axis) ?? [])
  if (decided.length > 0) return decided.join('; ')
  for (const by of axes)
    for (const axis of axes) {
      if (axis === by) continue
      const parts = valuesOf(held, by).map((value) => {
        const here = split(
          held.filter(({ parameters }) => parameters[by] === value),
          axis,
        )
        return here && `${by}=${value}: ${here}`
      })
      if (parts.every((part) => part !== undefined)) return parts.join('; ')
    }
  return ''
}

/** `slots 29 and more, breaks at 28 and less`; `undefined` where the axis does not tell the two apart. */
function split(held: readonly Held[], axis: string): string | undefined {
  const holds = valuesOf(
    held.filter(({ pass }) => pass === true),
    axis,
  )
  const breaks = valuesOf(
    held.filter(({ pass }) => pass === false),
    axis,
  )
  if (holds.some((value) => breaks.includes(value))) return undefined
  if (breaks.length === 0) return `every ${axis}`
  if (holds.length === 0) return `no ${axis}`
  const numbers =
    holds.length + breaks.length > 2 && [...holds, ...breaks].every((value) => typeof value === 'number')
  const [good, bad] = [holds, breaks].map((values) => ({
    least: Math.min(...values.map(Number)),
    most: Math.max(...values.map(Number)),
  }))
  if (numbers && good!.least > bad!.most)
    return `${axis} ${good!.least} and more, breaks at ${bad!.most} and less`
  if (numbers && good!.most < bad!.least)
    return `${axis} ${good!.most} and less, breaks at ${bad!.least} and more`
  return `${axis} ${holds.join(', ')}, breaks at ${breaks.join(', ')}`
}

const valuesOf = (held: readonly Held[], axis: string): Scalar[] => [
  ...new Set(held.map(({ parameters }) => parameters[axis]!)),
]
