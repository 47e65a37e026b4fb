// In what two sides of an explanation differ by count, in words: `redis.get: 2 instead of 1 a request`.

import type { CountDifference, CountDifferences, WorkDifference } from '../explain/counts.ts'
import { format, formatNumber } from '../units.ts'

/** The clients' own name stands in brackets. */
export const partName = (name: string): string => name.replace(/^\((.*)\)$/, '$1')

/** `job, queen to agent`; `job refused, agent to queen`; `command GET, queen to redis`. */
export const sentName = ({ kind, role, from, to }: CountDifference): string =>
  `${role === 'command' ? 'command ' : ''}${kind}${role === 'failure' ? ' refused' : ''}, ${partName(from)} to ${partName(to)}`

/** `1.25`; so that a count that is not 0 does not read as 0. */
export const countText = (value: number): string =>
  value === 0
    ? '0'
    : Math.abs(value) < 0.01
      ? formatNumber(value)
      : formatNumber(Math.round(value * 100) / 100)

/** `get, queen to redis: 2 instead of 1 a request`. */
export const sentInWords = (each: CountDifference, { per }: CountDifferences): string =>
  `${sentName(each)}: ${countText(each.b)} instead of ${countText(each.a)} a ${per}`

/** `queen, job: held 1.2 ms instead of 20 µs each`. */
export function workInWords({ part, what, a, b, each }: WorkDifference, { per }: CountDifferences): string {
  const name = `${partName(part)}, ${what}`
  const often = a === b ? '' : `${countText(b)} instead of ${countText(a)} a ${per}`
  const long =
    each.a === each.b || each.a === null || each.b === null
      ? ''
      : `${format(each.b, 'ns')} instead of ${format(each.a, 'ns')} each`
  return `${name}: ${[often, long].filter((some) => some !== '').join(', ')}`
}
