// `rehearsal report`: from a result file to what people look at: the terminal, a page, one SVG a chart; from a folder of
// results to one page over all of them.

import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { quote, ScenarioError } from '../errors.ts'
import { counted } from '../report/figures.ts'
import { renderTerminal } from '../report/terminal.ts'
import { canonicalJson } from '../results/canonical.ts'
import { readResult } from '../results/read.ts'
import type { Result } from '../results/result.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { refuseUnwritable, unbroken, writeWhole } from './files.ts'
import { writeSuite } from './suite.ts'
import type { Terminal } from './terminal.ts'

type Format = 'terminal' | 'html' | 'svg' | 'json'

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
      meaning: 'terminal, html, svg or json; may be given several times; without it, the first three',
      choices: ['terminal', 'html', 'svg', 'json'],
    },
    out: {
      type: 'text',
      value: 'FOLDER',
      meaning: 'where report.html and charts/*.svg go; without it, beside the result',
    },
  },
  examples: [
    ['report reports/m-m-1/result.json --format terminal', 'read it once more'],
    ['report reports', 'all of them as one page, with the claims of the five systems'],
  ],
  async run({ words: [path], options: { format, out } }, terminal) {
    const formats = new Set((format.length > 0 ? format : ['terminal', 'html', 'svg']) as readonly Format[])
    if (formats.has('json') && formats.size > 1)
      throw new ScenarioError(
        '--format json is given with others; expected it alone, since it fills standard output',
      )
    if (/\.ya?ml$/.test(path!))
      throw new ScenarioError([
        {
          message: `${quote(path, 200)} is a scenario; expected a result.json`,
          hint: `rehearsal run ${quote(path, 200)} writes one`,
        },
      ])
    if (isFolder(path!)) return reportFolder(path!, format.length > 0 || out !== undefined, terminal)
    const result = readResult(path!)
    const folder = out ?? dirname(path!)
    if (formats.has('html') || formats.has('svg')) refuseUnwritable(folder)
    for (const each of formats) await make(each, result, folder, terminal)
    return EXIT.pass
  },
})

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** What could not be read stands on the page, and makes the end inconclusive. */
async function reportFolder(folder: string, more: boolean, terminal: Terminal): Promise<number> {
  if (more)
    throw new ScenarioError([
      {
        message: `${quote(folder, 200)} is a folder: its page is ${quote(join(folder, 'index.html'), 200)}, beside the results that it links to; expected no --format and no --out`,
        hint: 'of a single result: rehearsal report FOLDER/result.json --format terminal',
      },
    ])
  refuseUnwritable(folder)
  const { suite, path } = await writeSuite(folder)
  for (const { folder, reason } of suite.unread) terminal.complain(`${folder || '.'}: ${reason}`)
  terminal.print(`wrote ${path}: ${counted(suite.entries.length, 'scenario')}`)
  return suite.unread.length > 0 ? EXIT.inconclusive : EXIT.pass
}

async function make(format: Format, result: Result, folder: string, terminal: Terminal): Promise<void> {
  switch (format) {
    case 'terminal':
      return terminal.print(renderTerminal(result, terminal))
    case 'json':
      return terminal.write(canonicalJson(result))
    case 'html':
      return terminal.print(`wrote ${await writeHtml(result, folder)}`)
    case 'svg':
      for (const path of await writeSvgs(result, folder)) terminal.print(`wrote ${path}`)
  }
}

/** Writes the page and returns its path. The drawing libraries are loaded only here: they take their time. */
export async function writeHtml(result: Result, folder: string): Promise<string> {
  const { renderHtml } = await import('../report/html.ts')
  const page = await renderHtml(result)
  const path = join(folder, 'report.html')
  await unbroken(() => writeWhole(path, page))
  return path
}

/** Writes one SVG a chart and returns their paths. */
async function writeSvgs(result: Result, folder: string): Promise<readonly string[]> {
  const { renderSvgs } = await import('../report/svg.ts')
  const charts = await renderSvgs(result)
  const paths: string[] = []
  for (const { name, svg } of charts) {
    const path = join(folder, 'charts', `${name}.svg`)
    await unbroken(() => writeWhole(path, svg))
    paths.push(path)
  }
  return paths
}
