// The charts of a result as files for documents: which are asked for, and one file of each in each format.

import { join } from 'node:path'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { BASELINE_CHART, baselineCharts } from '../report/charts/baseline.ts'
import type { DataTable, Drawing } from '../report/charts/chart.ts'
import { tableOf } from '../report/charts/data-table.ts'
import { CHARTS } from '../report/charts/registry.ts'
import { SEARCH_CHARTS } from '../report/charts/searches.ts'
import { csvOf } from '../report/csv.ts'
import type { Diagram } from '../report/diagrams/draft.ts'
import { DIAGRAMS, plannedDiagrams } from '../report/diagrams/planned.ts'
import type { Held } from '../report/held.ts'
import type { Result } from '../results/result.ts'
import type { Searches } from '../results/searches.ts'
import { unbroken, writeWhole } from './files.ts'
import type { Terminal } from './terminal.ts'

export const CHART_FORMATS = ['svg', 'png', 'csv'] as const
export type ChartFormat = (typeof CHART_FORMATS)[number]

/** What becomes files. The drawing libraries are loaded only when one is drawn: they take their time. */
interface Picture {
  readonly name: string
  readonly table: () => DataTable
  readonly svg: () => Promise<string>
}

interface Named {
  /** As `--charts` has it. */
  readonly chart: string
  readonly picture: Picture
}

const pictureOf = (drawing: Drawing): Picture => ({
  name: drawing.name,
  table: () => tableOf(drawing),
  svg: async () => (await (await import('../report/svg.ts')).renderSvg(drawing)).svg,
})

const diagramOf = (diagram: Diagram): Picture => ({
  name: diagram.name,
  table: () => diagram.table,
  svg: async () => (await (await import('../report/svg.ts')).renderDiagram(diagram)).svg,
})

export interface Chosen {
  readonly pictures: readonly Picture[]
  /** What was asked for and this result has nothing to draw for. */
  readonly missing: readonly string[]
  /** The charts that there are of this result. */
  readonly there: readonly string[]
}

/** All names that `--charts` takes, with what each answers. */
export const CHART_MEANINGS: readonly { readonly name: string; readonly meaning: string }[] = [
  ...CHARTS,
  ...DIAGRAMS,
  ...SEARCH_CHARTS,
  BASELINE_CHART,
]

/** What there is besides a result, and has charts of its own. */
export interface Beside extends Searches {
  readonly held?: Held | undefined
}

/** The charts whose names, or their drawings', begin so; all where none is named. Throws ScenarioError for what is no chart's name. */
export function chosenCharts(result: Result, asked: readonly string[], beside: Beside): Chosen {
  const all = allOf(result, beside)
  const known = CHART_MEANINGS.map(({ name }) => name)
  const begins = ({ chart, picture }: Named, text: string): boolean =>
    chart.startsWith(text) || picture.name.startsWith(text)
  const missing = asked.filter((text) => !all.some((named) => begins(named, text)))
  const unknown = missing.filter((text) => !known.some((name) => name.startsWith(text)))
  if (unknown.length > 0) throw new ScenarioError(unknown.map((text) => unknownName('chart', text, known)))
  const chosen = asked.length === 0 ? all : all.filter((named) => asked.some((text) => begins(named, text)))
  return {
    pictures: chosen.map(({ picture }) => picture),
    missing,
    there: [...new Set(all.map(({ chart }) => chart))],
  }
}

/** In the order of a page. */
function allOf(result: Result, beside: Beside): readonly Named[] {
  const held = beside.held ? baselineCharts(result, beside.held) : []
  return [
    ...held.map((drawing) => ({ chart: BASELINE_CHART.name, picture: pictureOf(drawing) })),
    ...SEARCH_CHARTS.flatMap(({ name, draw }) => {
      const drawing = draw(beside)
      return drawing ? [{ chart: name, picture: pictureOf(drawing) }] : []
    }),
    ...CHARTS.flatMap(({ name, draw }) =>
      draw(result).map((drawing) => ({ chart: name, picture: pictureOf(drawing) })),
    ),
    ...plannedDiagrams(result).map((diagram) => ({ chart: diagram.name, picture: diagramOf(diagram) })),
  ]
}

/** @param width of a PNG, in pixels */
export async function writeCharts(
  pictures: readonly Picture[],
  formats: readonly ChartFormat[],
  folder: string,
  width: number | undefined,
  terminal: Terminal,
): Promise<void> {
  for (const picture of pictures)
    for (const { format, data, warning } of await filesOf(picture, formats, width)) {
      const path = join(folder, 'charts', `${picture.name}.${format}`)
      await unbroken(() => writeWhole(path, data))
      terminal.print(`wrote ${path}`)
      if (warning) terminal.complain(`${path}: ${warning}`)
    }
}

interface Made {
  readonly format: ChartFormat
  readonly data: string | Uint8Array
  readonly warning?: string | undefined
}

/** One drawing in each format. */
async function filesOf(
  picture: Picture,
  formats: readonly ChartFormat[],
  width: number | undefined,
): Promise<readonly Made[]> {
  const made: Made[] = []
  const svg = formats.some((format) => format !== 'csv') ? await picture.svg() : ''
  for (const format of formats)
    switch (format) {
      case 'svg':
        made.push({ format, data: svg })
        break
      case 'csv':
        made.push({ format, data: csvOf(picture.table()) })
        break
      case 'png': {
        const { pngOf } = await import('./png.ts')
        const { data, lacking } = await pngOf(svg, width)
        made.push({ format, data, warning: lackingInWords(lacking) })
      }
    }
  return made
}

const MOST_CHARACTERS = 12

/** The SVG has them: there the viewer's fonts stand in. */
const lackingInWords = (characters: readonly string[]): string | undefined =>
  characters.length === 0
    ? undefined
    : `its font, Arimo, lacks ${characters.length === 1 ? 'a character' : `${characters.length} characters`}, each an empty box: ${quote(
        characters.slice(0, MOST_CHARACTERS).join(' ') + (characters.length > MOST_CHARACTERS ? ' …' : ''),
      )}; --format svg shows them`
