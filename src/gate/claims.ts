// How the claims of a scenario are settled now, held against how they were when its baseline was accepted. A verdict is a statement to
// the world: one that turns, whichever way, fails until somebody accepts it. One that nobody can settle any more is no pass either.

import type { Place } from '../errors.ts'
import type { ChangedClaim } from '../results/baseline-history.ts'
import type { Claim, Verdict as Settled } from '../results/result.ts'
import type { Verdict } from './verdict.ts'

export interface ClaimFinding {
  /** Its id; the second of an id in a scenario is `OM-11 (2)`. */
  readonly id: string
  readonly text: string
  /** `null`: the baseline has it not, or the scenario has it no more. */
  readonly baseline: Settled | null
  readonly now: Settled | null
  readonly verdict: Verdict
  /** The figures, in words; empty where there are none now. */
  readonly found: string
  readonly place: Place | null
}

/** By id, in the order of the scenario. Several of one id are told apart by their places in that order. */
function settledClaims(claims: readonly Claim[]): ReadonlyMap<string, Claim> {
  const seen = new Map<string, number>()
  return new Map(
    claims.map((claim) => {
      const count = (seen.get(claim.id) ?? 0) + 1
      seen.set(claim.id, count)
      return [count === 1 ? claim.id : `${claim.id} (${count})`, claim]
    }),
  )
}

export const verdictsOf = (claims: readonly Claim[]): Readonly<Record<string, Settled>> =>
  Object.fromEntries([...settledClaims(claims)].map(([id, { verdict }]) => [id, verdict]))

/** Those that are not settled as they were, by id; none where a baseline of before says nothing of claims. */
export function changedClaims(
  from: Readonly<Record<string, Settled>> | undefined,
  to: Readonly<Record<string, Settled>> | undefined,
): readonly ChangedClaim[] {
  if (!from || !to) return []
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].sort().flatMap((id): ChangedClaim[] => {
    const [a, b] = [from, to].map((claims) => (Object.hasOwn(claims, id) ? claims[id]! : null))
    return a === b ? [] : [{ id, from: a!, to: b! }]
  })
}

export function judgeClaims(
  baseline: Readonly<Record<string, Settled>> | undefined,
  claims: readonly Claim[],
  place: (index: number) => Place | null,
): readonly ClaimFinding[] {
  const now = settledClaims(claims)
  const ids = [...now.keys()]
  return changedClaims(baseline, verdictsOf(claims)).map(({ id, from, to }) => ({
    id,
    text: now.get(id)?.text ?? '',
    baseline: from,
    now: to,
    verdict: verdictOf(from, to),
    found: now.get(id)?.found ?? '',
    place: place(ids.indexOf(id)),
  }))
}

/** What is settled for the first time can be no worse than before; what is settled no more can be anything. */
function verdictOf(from: Settled | null, to: Settled | null): Verdict {
  if (from === null || from === 'out of reach') return 'pass'
  return to === null || to === 'out of reach' ? 'inconclusive' : 'fail'
}
