// A part of a latency has one colour in all drawings, whichever of the parts there are.

import { PARTS } from '../../env/account.ts'
import type { Spec } from './chart.ts'
import { seriesColour } from './labels.ts'
import { SERIES_COLOURS } from './theme.ts'

const OWN: ReadonlyMap<string, string> = new Map(PARTS.map((part, i) => [part, SERIES_COLOURS[i]!]))

/** The colour of a part; what is none gets one that none of `parts` has. */
export function partColours(parts: readonly string[]): readonly string[] {
  const taken = parts.map((part) => OWN.get(part))
  const left = SERIES_COLOURS.filter((colour) => !taken.includes(colour))
  return taken.map((colour) => colour ?? left.shift() ?? SERIES_COLOURS.at(-1)!)
}

/** Parts as they follow one another in every drawing; what is none comes last. */
export const partsInOrder = (parts: readonly string[]): readonly string[] => [
  ...PARTS.filter((part) => parts.includes(part)),
  ...parts.filter((part) => !OWN.has(part)),
]

/** The colour channel of the field `series` where it names parts. */
export function partColour(parts: readonly string[], width: number): Spec {
  return { ...seriesColour(parts, width), scale: { domain: parts, range: partColours(parts) } }
}
