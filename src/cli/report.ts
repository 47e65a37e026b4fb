// `rehearsal report`: from a result file to what people look at: the terminal, a page, charts for documents; from a folder of
// results to one page over all of them.

import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { quote, ScenarioError } from '../errors.ts'
import { counted } from '../report/figures.ts'
import type { Held } from '../report/held.ts'
import { renderTerminal } from '../report/terminal.ts'
import { canonicalJson } from '../results/canonical.ts'
import { readResult } from '../results/read.ts'
import { searchesBeside } from '../results/read-searches.ts'
import type { Result } from '../results/result.ts'
import { formatNumber } from '../units.ts'
import { CHART_FORMATS, chosenCharts, writeCharts } from './chart-files.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { refuseUnwritable, unbroken, writeWhole } from './files.ts'
import { BASELINE_OPTION, heldAgainst, heldText, openBaseline } from './held.ts'
import { refuseForeignPage, writeSuite } from './suite.ts'
import type { Terminal } from './terminal.ts'

const FORMATS = ['terminal', 'html', 'json', ...CHART_FORMATS] as const
type Format = (typeof FORMATS)[number]

const NARROWEST = 64
const WIDEST = 8192

export const report = defineCommand({
  words: [
    {
      name: 'result',
      meaning: 'a result.json that `rehearsal run` wrote, or a folder of them, for one page over all',
      required: true,
    },
  ],
  options: {
    format: {
      type: 'texts',
      value: 'FORMAT',
      meaning: `${FORMATS.join(', ')}: one or several, with commas; without it, terminal, html and svg, or with --charts svg alone`,
      choices: FORMATS,
      commas: true,
    },
    charts: {
      type: 'texts',
      value: 'NAME',
      meaning:
        'which charts to write: names, or beginnings of them (latency: all that begin so), with commas; without it, all. `rehearsal list charts` has them',
      commas: true,
    },
    baseline: BASELINE_OPTION,
    width: {
      type: 'text',
      value: 'PIXELS',
      meaning: 'how wide a PNG is to be; without it, twice the drawing, for sharp screens',
    },
    out: {
      type: 'text',
      value: 'FOLDER',
      meaning: 'where report.html and charts/NAME.svg go; without it, beside the result',
    },
  },
  examples: [
    ['report reports/m-m-1/result.json --format terminal', 'read it once more'],
    [
      'report reports/fleet/result.json --charts speedup,latency --format svg,png,csv',
      'these charts for a document, and their figures for a spreadsheet',
    ],
    [
      'report reports/fleet/result.json --baseline results/baselines',
      'with what has changed since its figures were accepted',
    ],
    ['report reports', 'all of them as one page, with the claims of the five systems'],
  ],
  epilogue: 'Ends in 0, or in 3 where a chart was asked for that this result has nothing to draw for.',
  async run({ words: [path], options }, terminal) {
    const { charts, out } = options
    const formats = formatsOf(options)
    const width = widthOf(options.width, formats)
    if (/\.ya?ml$/.test(path!))
      throw new ScenarioError([
        {
          message: `${quote(path, 200)} is a scenario; expected a result.json`,
          hint: `rehearsal run ${quote(path, 200)} writes one`,
        },
      ])
    if (isFolder(path!)) return reportFolder(path!, isMoreThanAPage(options), terminal)
    const result = readResult(path!)
    const held =
      options.baseline === undefined
        ? undefined
        : heldAgainst(result, openBaseline(options.baseline, result.scenario.name))
    const folder = out ?? dirname(path!)
    const ofCharts = CHART_FORMATS.filter((format) => formats.has(format))
    const { leftOut, ...searches } = searchesBeside(dirname(path!), result)
    const chosen = ofCharts.length > 0 ? chosenCharts(result, charts, { held, ...searches }) : undefined
    if (formats.has('html') || chosen) refuseUnwritable(folder)
    for (const each of formats) await make(each, { result, folder, held }, terminal)
    if (!chosen) return EXIT.pass
    await writeCharts(chosen.pictures, ofCharts, folder, width, terminal)
    for (const sentence of leftOut) terminal.complain(sentence)
    for (const text of chosen.missing)
      terminal.complain(
        `--charts ${quote(text)}: this result has nothing to draw for it; it has ${chosen.there.join(', ') || 'none'}`,
      )
    return chosen.missing.length > 0 ? EXIT.inconclusive : EXIT.pass
  },
})

function formatsOf({
  format,
  charts,
}: {
  readonly format: readonly string[]
  readonly charts: readonly string[]
}): ReadonlySet<Format> {
  const usual: readonly Format[] = charts.length > 0 ? ['svg'] : ['terminal', 'html', 'svg']
  const formats = new Set(format.length > 0 ? (format as readonly Format[]) : usual)
  if (formats.has('json') && formats.size > 1)
    throw new ScenarioError(
      '--format json is given with others; expected it alone, since it fills standard output',
    )
  if (charts.length > 0 && !CHART_FORMATS.some((each) => formats.has(each)))
    throw new ScenarioError([
      {
        message: `--charts is given with --format ${[...formats].join(',')}, which has no charts of its own; expected ${CHART_FORMATS.join(', ')}`,
        hint: 'the page has all charts there are',
      },
    ])
  return formats
}

function widthOf(text: string | undefined, formats: ReadonlySet<Format>): number | undefined {
  if (text === undefined) return undefined
  const width = Number(text)
  if (!/^\d{1,5}$/.test(text) || width < NARROWEST || width > WIDEST)
    throw new ScenarioError(
      `invalid --width: ${quote(text)}; expected a whole number of pixels from ${NARROWEST} to ${formatNumber(WIDEST)}`,
    )
  if (!formats.has('png'))
    throw new ScenarioError([
      {
        message: '--width is given without --format png; an SVG has no pixels',
        hint: '--format svg,png writes both',
      },
    ])
  return width
}

/** What a folder's page does not take. */
const isMoreThanAPage = ({
  format,
  charts,
  out,
  baseline,
}: {
  readonly format: readonly string[]
  readonly charts: readonly string[]
  readonly out: string | undefined
  readonly baseline: string | undefined
}): boolean => format.length + charts.length > 0 || out !== undefined || baseline !== undefined

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** What could not be read stands on the page, and makes the end inconclusive. */
async function reportFolder(folder: string, more: boolean, terminal: Terminal): Promise<number> {
  if (more)
    throw new ScenarioError([
      {
        message: `${quote(folder, 200)} is a folder: its page is ${quote(join(folder, 'index.html'), 200)}, beside the results that it links to; expected no --format, --charts, --baseline and --out`,
        hint: 'of a single result: rehearsal report FOLDER/result.json --format terminal',
      },
    ])
  refuseUnwritable(folder)
  refuseForeignPage(folder)
  const { suite, path } = await writeSuite(folder)
  for (const { folder, reason } of suite.unread) terminal.complain(`${folder || '.'}: ${reason}`)
  terminal.print(`wrote ${path}: ${counted(suite.entries.length, 'scenario')}`)
  return suite.unread.length > 0 ? EXIT.inconclusive : EXIT.pass
}

interface Made {
  readonly result: Result
  readonly folder: string
  readonly held: Held | undefined
}

async function make(format: Format, { result, folder, held }: Made, terminal: Terminal): Promise<void> {
  switch (format) {
    case 'terminal':
      terminal.print(renderTerminal(result, terminal))
      if (held) terminal.print(`\n${heldText(held, terminal.columns)}`)
      return
    case 'json':
      return terminal.write(canonicalJson(result))
    case 'html':
      return terminal.print(`wrote ${await writeHtml(result, folder, held)}`)
    default:
    // The charts come last, all formats of one beside one another.
  }
}

/** Writes the page and returns its path. The drawing libraries are loaded only here: they take their time. */
export async function writeHtml(result: Result, folder: string, held?: Held): Promise<string> {
  const { renderHtml } = await import('../report/html.ts')
  const page = await renderHtml(result, undefined, { held, ...searchesBeside(folder, result) })
  const path = join(folder, 'report.html')
  await unbroken(() => writeWhole(path, page))
  return path
}
