// What a drawing shows, as a table: its own, or else what stands in its specification's data, with the titles of the axes and legends
// over the columns, so that the units stand there too.

import type { DataTable, Drawing, Spec } from './chart.ts'

type Row = Readonly<Record<string, unknown>>
type Cell = DataTable['rows'][number][number]

/** Rows and how each of their fields is shown. */
interface Source {
  readonly rows: readonly Row[]
  /** The first mark that shows them. */
  readonly mark: string
  /** Field → title of its axis or legend. */
  readonly titles: Map<string, string | null>
}

export function tableOf({ table, spec }: Pick<Drawing, 'table' | 'spec'>): DataTable {
  if (table) return table
  const sources = [...sourcesOf(spec).values()].filter(
    ({ rows, titles }) => rows.length > 0 && titles.size > 0,
  )
  const fields = [...new Set(sources.flatMap(({ titles }) => [...titles.keys()]))]
  const names = columnNames(fields, sources)
  const several = sources.length > 1
  return {
    columns: [...(several ? ['drawn as'] : []), ...names],
    rows: sources.flatMap(({ rows, mark }) =>
      rows.map((row) => [...(several ? [mark] : []), ...fields.map((field) => cellOf(row[field]))]),
    ),
  }
}

const cellOf = (value: unknown): Cell =>
  typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)) ? value : null

/** Of a view and all within it, the data with what is shown of them; a list that several views share is there once. */
function sourcesOf(spec: Spec): ReadonlyMap<readonly Row[], Source> {
  const found = new Map<readonly Row[], Source>()
  const visit = (view: Spec, above: readonly Row[] | undefined, facet: Spec): void => {
    const rows = (view.data as { values?: readonly Row[] } | undefined)?.values ?? above
    const within = {
      ...facet,
      ...channelsOf(view.facet && { facet: view.facet }),
      ...channelsOf(view.encoding),
    }
    for (const part of [view.layer, view.hconcat, view.vconcat].flat() as (Spec | undefined)[])
      if (part) visit(part, rows, within)
    if (view.spec) visit(view.spec as Spec, rows, within)
    if (view.mark === undefined || rows === undefined) return
    const mark = typeof view.mark === 'string' ? view.mark : (view.mark as { type: string }).type
    const source = found.get(rows) ?? { rows, mark, titles: new Map() }
    found.set(rows, source)
    for (const [channel, { field }] of Object.entries(within) as [string, Spec][])
      if (
        typeof field === 'string' &&
        rows.some((row) => Object.hasOwn(row, field)) &&
        !source.titles.has(field)
      )
        source.titles.set(field, titleOf(channel, within))
  }
  visit(spec, undefined, {})
  return found
}

const channelsOf = (encoding: unknown): Spec => (encoding ?? {}) as Spec

/** Of a second end, that of the first. */
function titleOf(channel: string, encoding: Spec): string | null {
  const { axis, legend, title } = (encoding[channel.replace(/2$/, '')] ?? {}) as Record<string, unknown>
  const found = [title, (axis as Spec | null)?.title, (legend as Spec | null)?.title]
  return (found.find((each) => typeof each === 'string' && each !== '') as string | undefined) ?? null
}

/** The title where it is one field's alone; of others on the same axis the field's name, with the unit. */
function columnNames(fields: readonly string[], sources: readonly Source[]): readonly string[] {
  const taken = new Set<string>()
  return fields.map((field) => {
    const title = sources.map(({ titles }) => titles.get(field)).find((each) => each != null)
    const unit = / \([^()]*\)$/.exec(title ?? '')?.[0] ?? ''
    const name = [title, `${field}${unit}`, field].find((each) => each != null && !taken.has(each)) ?? field
    taken.add(name)
    return name
  })
}
