// The charts of a result as SVG: files that stand alone, readable on light and dark pages, and inline for a page.

import type { Result } from '../results/result.ts'
import type { DataTable, Drawing } from './charts/chart.ts'
import { tableOf } from './charts/data-table.ts'
import { drawSvg } from './charts/draw.ts'
import { CHARTS } from './charts/registry.ts'
import { diagramsOf, drawnDiagram } from './diagrams/diagrams.ts'
import type { Diagram } from './diagrams/draft.ts'
import { type Drafted, type Figure, figureOf } from './figure.ts'
import { standAlone } from './stand-alone.ts'

export interface NamedSvg {
  /** Kebab-case, unique in the result, fit for a file's name. */
  readonly name: string
  /** What is seen, with its figures. */
  readonly title: string
  /** A whole SVG document. */
  readonly svg: string
  /** How it is to be read, in words. */
  readonly caption: string
  readonly table: DataTable
}

/** All that the result has something for, drawn, in the order of a report. */
async function draft(result: Result): Promise<readonly Drafted[]> {
  const drafted: Drafted[] = []
  // One after the other: Vega holds much memory while it draws.
  for (const drawing of CHARTS.flatMap((chart) => chart.draw(result)))
    drafted.push({ ...(await drafting(drawing)), chart: true })
  return [...drafted, ...(await diagramsOf(result))]
}

const drafting = async (drawing: Drawing): Promise<Drafted> => ({
  name: drawing.name,
  title: drawing.title,
  caption: drawing.caption,
  table: tableOf(drawing),
  drawn: await drawSvg(drawing.spec, drawing.name),
})

/** The charts as documents of their own, each with its title, on paper that is light or dark as the viewer is. Same result, same bytes. */
export async function renderSvgs(result: Result): Promise<readonly NamedSvg[]> {
  return (await draft(result)).map(named)
}

/** A chart of something else than a result, as a document of its own. */
export const renderSvg = async (drawing: Drawing): Promise<NamedSvg> => named(await drafting(drawing))

/** A diagram, as a document of its own. */
export const renderDiagram = async (diagram: Diagram): Promise<NamedSvg> => named(await drawnDiagram(diagram))

/** A chart of something else than a result, for a page of ours. */
export const renderFigure = async (drawing: Drawing): Promise<Figure> => figureOf(await drafting(drawing))

/** The charts for a page of ours. */
export async function renderFigures(result: Result): Promise<readonly Figure[]> {
  return (await draft(result)).map(figureOf)
}

function named(drafted: Drafted): NamedSvg {
  const { name, title, caption, table } = drafted
  return { name, title, caption, table, svg: standAlone(drafted) }
}
