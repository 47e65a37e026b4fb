// The ledger of claims against what scenarios have found: each claim with every scenario that settles it.

import type { Claim, Verdict } from '../results/result.ts'
import { isConditional } from './claim-words.ts'
import { briefly } from './verdicts.ts'

const MOST_NAMED = 3

export interface Settlement {
  /** The scenario's name. */
  readonly scenario: string
  readonly claim: Claim
}

export interface Entry {
  readonly id: string
  readonly system: string
  readonly text: string
  /** `open`: no result at hand speaks of it. */
  readonly verdict: Verdict | 'open'
  /** Reproduced, but by some scenario only where the claim's own condition is met, and not in all other variants. */
  readonly conditional: boolean
  readonly settled: readonly Settlement[]
  /** The files whose results speak of it, such as scenarios/ollamamax/mcp-setup.yaml. */
  readonly scenarios: readonly string[]
}

export interface ClaimText {
  readonly system: string
  readonly text: string
  /** Below scenarios/; none: no scenario speaks of it yet. */
  readonly scenarios?: readonly string[]
}

/** What a result says of claims. */
export interface Claiming {
  readonly scenario: { readonly name: string }
  readonly claims: readonly Claim[]
}

/**
 * Every claim of the ledger, in its order, and then those it does not know. A claim is refuted where any scenario refutes it under
 * its own conditions, else reproduced where any reproduces it.
 */
export function ledgerOf(
  known: Readonly<Record<string, ClaimText>>,
  results: readonly Claiming[],
): readonly Entry[] {
  const settlements = new Map<string, Settlement[]>()
  for (const { scenario, claims } of results)
    for (const claim of claims) {
      const all = settlements.get(claim.id)
      const settlement = { scenario: scenario.name, claim }
      if (all) all.push(settlement)
      else settlements.set(claim.id, [settlement])
    }
  const entry = (id: string, { system, text, scenarios = [] }: ClaimText): Entry => {
    const settled = settlements.get(id) ?? []
    const verdict = verdictOf(settled)
    const conditional = verdict === 'reproduced' && settled.some(({ claim }) => isConditional(claim))
    return {
      id,
      system,
      text,
      verdict,
      conditional,
      settled,
      scenarios: scenarios.map((path) => `scenarios/${path}`),
    }
  }
  const unknown = [...settlements].filter(([id]) => !Object.hasOwn(known, id))
  return [
    ...Object.entries(known).map(([id, claim]) => entry(id, claim)),
    ...unknown.map(([id, [first]]) => entry(id, { system: 'other', text: first!.claim.text })),
  ]
}

/** Of an open claim, what would settle it: `not among these results: scenarios/ollamamax/mcp-setup.yaml`. */
export const whyOpen = ({ scenarios }: Pick<Entry, 'scenarios'>): string =>
  scenarios.length === 0
    ? 'no scenario speaks of it yet'
    : `not among these results: ${briefly(scenarios, MOST_NAMED)}`

function verdictOf(settled: readonly Settlement[]): Entry['verdict'] {
  const verdicts = settled.map(({ claim }) => claim.verdict)
  for (const verdict of ['refuted', 'reproduced', 'out of reach'] as const)
    if (verdicts.includes(verdict)) return verdict
  return 'open'
}
