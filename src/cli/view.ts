// `rehearsal view`: shows results in a browser, and newer ones as runs end. On this machine alone, until Ctrl-C.

import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { quote, ScenarioError } from '../errors.ts'
import { counted } from '../report/figures.ts'
import { readResult } from '../results/read.ts'
import { serve } from '../view/server.ts'
import { Site } from '../view/site.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { readLedger } from './ledger.ts'
import type { Terminal } from './terminal.ts'

export const view = defineCommand({
  words: [
    {
      name: 'results',
      meaning: 'a result.json, or a folder with results beneath it; without it, reports',
    },
  ],
  options: {
    port: { type: 'text', value: 'PORT', meaning: 'where to listen; 0: any that is free', default: '0' },
    open: { type: 'flag', meaning: 'open the browser' },
  },
  examples: [
    ['view', 'all results in reports, and newer ones as they come'],
    ['view reports/mcp-setup/result.json --open', 'one of them, in the browser at once'],
  ],
  epilogue: 'Only this machine can see it. Ctrl-C ends it.',
  async run({ words: [path = 'reports'], options: { port, open } }, terminal) {
    const number = portOf(port)
    refuseOther(path)
    const site = new Site(path, readLedger())
    const serving = await serve(site, number)
    terminal.print(`${serving.url}  ${counted(site.count, 'result')}; Ctrl-C ends it`)
    if (open) openBrowser(serving.url, terminal)
    await interrupted()
    await serving.close()
    return EXIT.pass
  },
})

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new ScenarioError(`invalid --port: ${quote(text)}; expected 0 to 65535`)
}

/** A folder may still be empty: results come. A file must be a result now. */
function refuseOther(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isFile()) readResult(path)
  if (!stat)
    throw new ScenarioError([
      {
        message: `${quote(path, 200)} does not exist`,
        hint: 'rehearsal run writes results: rehearsal run a.yaml b.yaml --out reports',
      },
    ])
}

/** Ends when the user says so, which is how it is meant to end. */
const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })

const BROWSERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

function openBrowser(url: string, terminal: Terminal): void {
  const [program, ...words] = BROWSERS[process.platform] ?? ['xdg-open']
  const browser = spawn(program, [...words, url], { detached: true, stdio: 'ignore' })
  browser.on('error', () => terminal.complain(`cannot open a browser with ${program}; open ${url} yourself`))
  browser.unref()
}
