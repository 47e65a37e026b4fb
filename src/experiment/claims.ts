// Verdicts on the claims that a scenario settles. A claim is held against every variant it speaks of: under its own conditions
// it is reproduced or refuted; where else it holds, and where it breaks, is said beside.

import type { Claim, Extent, Variant } from '../results/result.ts'
import type { ClaimSpec, Criterion, ScenarioFile } from '../scenario/scenario.ts'
import { format } from '../units.ts'
import { conditionsOf, type Point, valuesOf } from './boundary.ts'
import { evaluate, type Finding, settings, speaks } from './criteria.ts'

/** A claim held against one variant that it speaks of. */
interface Held extends Finding, Point {
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
  { note, condition }: ClaimSpec,
  held: readonly Held[],
  axes: readonly string[],
): Pick<Claim, 'verdict' | 'found' | 'conditions' | 'extent'> {
  const told = held.filter(({ own, pass }) => own && pass !== null)
  const conditions = [conditionsOf(held, axes), note].filter(Boolean).join(' ')
  if (told.length === 0)
    return { verdict: 'out of reach', found: 'no figure was observed where the claim speaks', conditions }
  return {
    verdict: told.every(({ pass }) => pass) ? 'reproduced' : 'refuted',
    found: foundOf(held, axes),
    conditions,
    extent: extentOf(held, condition?.text),
  }
}

/** How far the verdict goes. */
function extentOf(held: readonly Held[], condition: string | undefined): Extent {
  const told = held.filter(({ pass }) => pass !== null)
  const own = told.filter((each) => each.own)
  const counts = (of: readonly Held[]) => ({
    variants: of.length,
    holds: of.filter(({ pass }) => pass).length,
  })
  return {
    ...counts(told),
    ...(condition === undefined || own.length === told.length ? {} : { own: { condition, ...counts(own) } }),
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
