// The ledger of claims that ships with the scenarios: what each of the 84 says, by identifier.

import { readFileSync } from 'node:fs'

interface Ledger {
  readonly claims: Readonly<Record<string, { readonly text: string }>>
}

/** Claim → its text. */
export function claimTexts(): Readonly<Record<string, string>> {
  const { claims } = JSON.parse(
    readFileSync(new URL('../../scenarios/claims.json', import.meta.url), 'utf8'),
  ) as Ledger
  return Object.fromEntries(Object.entries(claims).map(([id, { text }]) => [id, text]))
}
