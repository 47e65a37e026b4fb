// Faults as shades behind what is drawn over time: the darker, the more of them at once.

import type { Fault, Result } from '../../results/result.ts'
import type { Spec } from './chart.ts'
import { QUIET } from './theme.ts'

/** Those of the result's only variant, or those that all its variants share. */
function sharedFaults({ variants }: Result): readonly Fault[] {
  const [first] = variants
  if (!first) return []
  const shared = JSON.stringify(first.faults)
  return variants.every(({ faults }) => JSON.stringify(faults) === shared) ? first.faults : []
}

/** `size` nanoseconds are one on the axis `x`, which goes over `domain`. */
export function bandsOf(
  result: Result,
  size: number,
  [from, to]: readonly [number, number],
  x: Spec,
): readonly Spec[] {
  const values = sharedFaults(result).flatMap(({ at, until }) => {
    const begin = Math.max(from, at / size)
    const end = Math.min(to, until === null ? to : until / size)
    // What is over at once is still to be seen.
    return begin > to || end < from ? [] : [{ begin, end: Math.max(end, begin + (to - from) / 400) }]
  })
  if (values.length === 0) return []
  return [
    {
      data: { values },
      mark: { type: 'rect', color: QUIET.light, fillOpacity: 0.16, clip: true },
      encoding: { x: { field: 'begin', ...x }, x2: { field: 'end' } },
    },
  ]
}

/** What the caption says of the shades, where there are some. */
export const shadesNote = (result: Result): string =>
  sharedFaults(result).length > 0 ? ' Shaded: faults.' : ''
