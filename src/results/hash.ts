// The hash by which a scenario is known: SHA-256 of its canonical JSON.

import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical.ts'

/** The first `digits` hexadecimal digits, 1 to 64; default 16. Plain data only, as for canonical JSON. */
export const hash = (value: unknown, digits = 16): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, digits)
