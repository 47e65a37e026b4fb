// Names from a scenario as they may stand in a drawing, and the legends made of them.

import { quote } from '../../errors.ts'
import type { Spec } from './chart.ts'
import { SERIES_COLOURS, WIDTH } from './theme.ts'

/** Printable, in at most `length` characters, without what XML forbids. */
export const label = (text: string, length = 44): string =>
  quote(text.replace(/\s+/g, ' ').trim(), length).replace(/[\ud800-\udfff\ufffe\uffff]/gu, '�')

/** One label a name, all different: names that are cut to the same get a number. */
export function labels(names: readonly string[], length?: number): readonly string[] {
  const used = new Map<string, number>()
  return names.map((name) => {
    const text = label(name, length)
    const before = used.get(text) ?? 0
    used.set(text, before + 1)
    return before === 0 ? text : `${text} (${before + 1})`
  })
}

/** The colour channel of the field `series`: the given labels in their order, with a legend if there are several. */
export function seriesColour(names: readonly string[], width: number, title: string | null = null): Spec {
  const longest = Math.max(...names.map((name) => name.length))
  return {
    field: 'series',
    type: 'nominal',
    scale: { domain: names, range: SERIES_COLOURS.slice(0, names.length) },
    sort: null,
    legend:
      names.length < 2
        ? null
        : {
            title: title === null ? null : label(title),
            columns: Math.max(1, Math.floor(width / (longest * 7.5 + 40))),
          },
  }
}

/** The axis of rows with long names. */
export const rowAxis = (title: string | null): Spec => ({
  title: title === null ? null : label(title),
  titleX: -8,
  titleAlign: 'right',
  grid: false,
  labelLimit: 240,
})

/** What is left of a drawing's width beside the names of its rows. */
export const widthBeside = (names: readonly string[]): number =>
  Math.max(240, WIDTH - Math.min(240, Math.max(...names.map((name) => name.length)) * 6.5))
