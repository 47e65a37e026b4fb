// Words that verdicts have in common.

import { formatNumber } from '../../units.ts'

/** `1 decision`, `1,204 decisions`. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${formatNumber(n)} ${n === 1 ? one : many}`
