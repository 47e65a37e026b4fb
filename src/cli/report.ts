// `rehearsal report`: from a result file to what people look at: the terminal, a page, one SVG a chart.

import { dirname, join } from 'node:path'
import type { CommandModule } from 'yargs'
import { renderTerminal } from '../report/terminal.ts'
import { readResult } from '../results/read.ts'
import type { Result } from '../results/result.ts'
import { EXIT } from './exit.ts'
import { writeWhole } from './files.ts'
import { colourWanted, columns } from './terminal.ts'

const FORMATS = ['terminal', 'html', 'svg', 'json'] as const
type Format = (typeof FORMATS)[number]

export const reportCommand: CommandModule<
  object,
  { result: string; format: readonly string[]; out?: string }
> = {
  command: 'report <result>',
  describe: 'show a result file: terminal, html, svg, json',
  builder: (yargs) =>
    yargs
      .positional('result', {
        type: 'string',
        demandOption: true,
        describe: 'a result.json written by `run`',
      })
      .option('format', {
        type: 'string',
        array: true,
        nargs: 1,
        choices: FORMATS,
        default: ['terminal', 'html', 'svg'],
        describe: 'what to make; may be given several times',
      })
      .option('out', { type: 'string', describe: 'folder for the files; by default the result’s own' }),
  async handler({ result: file, format, out }) {
    const result = readResult(file)
    const folder = out ?? dirname(file)
    for (const each of new Set(format))
      for (const line of await make(each as Format, result, folder)) console.log(line)
    process.exitCode = EXIT.pass
  },
}

/** Makes one format; what is to be printed. */
async function make(format: Format, result: Result, folder: string): Promise<readonly string[]> {
  switch (format) {
    case 'terminal':
      return [renderTerminal(result, { columns: columns(), colour: colourWanted() })]
    case 'json':
      return [JSON.stringify(result, null, 2)]
    case 'html':
      return [`wrote ${await writeHtml(result, folder)}`]
    case 'svg':
      return (await writeSvgs(result, folder)).map((path) => `wrote ${path}`)
  }
}

/** Writes the page and returns its path. The drawing libraries are loaded only here: they take a second. */
export async function writeHtml(result: Result, folder: string): Promise<string> {
  const { renderHtml } = await import('../report/html.ts')
  const path = join(folder, 'report.html')
  writeWhole(path, await renderHtml(result))
  return path
}

/** Writes one SVG a chart and returns their paths. */
async function writeSvgs(result: Result, folder: string): Promise<readonly string[]> {
  const { renderSvgs } = await import('../report/svg.ts')
  return (await renderSvgs(result)).map(({ name, svg }) => {
    const path = join(folder, 'charts', `${name}.svg`)
    writeWhole(path, svg)
    return path
  })
}
