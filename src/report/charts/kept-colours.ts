// One name, one colour: where only some series of a drawing are left, each keeps the colour that it had among all.

import type { Spec } from './chart.ts'
import { SERIES_COLOURS } from './theme.ts'

interface Colours {
  readonly domain: readonly string[]
  readonly range: readonly string[]
}

/** The specification with the colours of series that `whole` has, too; new ones get colours that are left. */
export function withColoursOf(whole: Spec, spec: Spec): Spec {
  const known = new Map<string, string>()
  mapped(whole, ({ domain, range }) => {
    domain.forEach((name, i) => {
      known.set(name, range[i]!)
    })
    return range
  })
  return mapped(spec, ({ domain, range }) => {
    const kept = domain.map((name) => known.get(name))
    const left = [...SERIES_COLOURS, ...range].filter((colour) => !kept.includes(colour))
    return kept.map((colour) => colour ?? left.shift()!)
  })
}

/** The range of each scale of series is what `change` makes of it; data is let alone. */
function mapped(spec: Spec, change: (colours: Colours) => readonly string[]): Spec {
  const visit = (value: unknown, key: string): unknown => {
    if (key === 'data' || typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((each) => visit(each, ''))
    const { field, scale } = value as { field?: unknown; scale?: Partial<Colours> }
    if (field === 'series' && scale?.domain && scale.range)
      return { ...value, scale: { ...scale, range: change(scale as Colours) } }
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, visit(each, name)]))
  }
  return visit(spec, '') as Spec
}
