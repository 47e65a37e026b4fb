// The ledger of claims that ships with the scenarios: what each of the 84 says, by identifier.

import { readFileSync } from 'node:fs'
import type { Ledger } from '../report/suite/claims.ts'

export const readLedger = (): Ledger =>
  JSON.parse(readFileSync(new URL('../../scenarios/claims.json', import.meta.url), 'utf8')) as Ledger

/** Claim → its text. */
export const claimTexts = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(readLedger().claims).map(([id, { text }]) => [id, text]))
