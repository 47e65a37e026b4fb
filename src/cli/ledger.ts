// The ledger of claims that ships with the scenarios: what each of the 84 says, by identifier.

import { readFileSync } from 'node:fs'

export interface Ledger {
  /** System → what it is. */
  readonly systems: Readonly<Record<string, string>>
  readonly claims: Readonly<Record<string, { readonly system: string; readonly text: string }>>
}

export const readLedger = (): Ledger =>
  JSON.parse(readFileSync(new URL('../../scenarios/claims.json', import.meta.url), 'utf8')) as Ledger

/** Claim → its text. */
export const claimTexts = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(readLedger().claims).map(([id, { text }]) => [id, text]))
