// A table of the suite: wide, it is a table; on a phone its cells stand below one another. The roles are written out, since
// browsers forget them where cells are laid out as blocks. What sorts and filters it is hidden until the script runs.

import { framed } from '../html/table.ts'
import { type Content, type Markup, markup } from '../markup.ts'

/** Text from a scenario: its direction is its own, cut where it would fill the page. */
export const foreign = (text: string, longest = 160): Markup => markup`<bdi>${cut(text, longest)}</bdi>`

/** A metric's name, which may be broken after its dots. */
export const metricName = (name: string): Markup =>
  markup`<bdi>${cut(name, 60)
    .split(/(?<=\.)/)
    .map((part, i) => (i === 0 ? part : markup`<wbr>${part}`))}</bdi>`

function cut(text: string, longest: number): string {
  const characters = [...text.slice(0, 2 * longest + 2)]
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : text
}

export interface Column {
  readonly title: string
  /** Its name in the address; without one it is not sorted by. */
  readonly key?: string
  readonly figure?: boolean
}

export interface Cell {
  readonly content: Content
  /** What it is sorted by; without it, its text. */
  readonly value?: string | number
  /** Names the row. */
  readonly heads?: boolean
}

export interface Row {
  /** What it is filtered by. */
  readonly verdict: string
  readonly system?: string
  readonly cells: readonly Cell[]
}

/** `name` is the table's in the address, `label` what it is called aloud. */
export function stacked(
  name: string,
  label: string,
  columns: readonly Column[],
  rows: readonly Row[],
): Markup {
  const titles = columns.map(
    ({ title, key, figure }) =>
      markup`<th role="columnheader" scope="col"${figure ? markup` class="figure"` : null}${key ? markup` data-key="${key}"` : null}>${title}</th>`,
  )
  const body = rows.map(
    ({ verdict, system, cells }) =>
      markup`<tr role="row" data-verdict="${verdict}"${system ? markup` data-system="${system}"` : null}>${cells.map((cell, i) => cellOf(cell, columns[i]!))}</tr>
`,
  )
  return framed(
    label,
    markup`<table class="stacked" role="table" aria-label="${label}" data-state="${name}"><thead role="rowgroup"><tr role="row">${titles}</tr></thead><tbody role="rowgroup">
${body}</tbody></table>`,
  )
}

function cellOf({ content, value, heads }: Cell, { title, figure }: Column): Markup {
  const attributes = markup`${figure ? markup` class="figure"` : null} data-label="${title}"${value === undefined ? null : markup` data-value="${value}"`}`
  return heads
    ? markup`<th role="rowheader" scope="row"${attributes}>${content}</th>`
    : markup`<td role="cell"${attributes}>${content}</td>`
}

export interface Choice {
  readonly filter: 'verdict' | 'system'
  readonly title: string
  /** [value, what is shown]. */
  readonly options: readonly (readonly [value: string, shown: string])[]
}

/** What filters the table of this name; `noun` is what its rows are. */
export function tools(name: string, noun: string, choices: readonly Choice[], count: number): Markup {
  const selects = choices.map(
    ({ filter, title, options }) =>
      markup`<label>${title} <select data-filter="${filter}"><option value="">all</option>${options.map(
        ([value, shown]) => markup`<option value="${value}">${cut(shown, 60)}</option>`,
      )}</select></label>`,
  )
  return markup`<div class="tools" role="search" aria-label="${`Find ${noun}s`}" data-tools="${name}" hidden>${selects}<label>Find <input type="search" data-filter="find" autocomplete="off" spellcheck="false"></label><button type="button">Show all</button></div>
<p class="quiet" role="status" data-status="${name}" data-noun="${noun}">${`${count} ${noun}${count === 1 ? '' : 's'}`}</p>
`
}

/** A figure that, with the script, leads to the rows it counts: `claims.verdict=refuted`. */
export const counting = (count: number, state: Readonly<Record<string, string>>): Markup =>
  markup`<span data-go="${new URLSearchParams(state).toString()}">${count}</span>`
