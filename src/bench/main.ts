// `npm run bench`: what the machine makes of the kernel, of tasks, of messages and of observation. Absolute figures hang on
// the machine and on what else it does; compare ratios, on one machine, in one session: `rehearsal bench --against REF`.

import { parseArgs } from 'node:util'
import type { CostTerms } from './costs.ts'
import type { Row } from './row.ts'
import { loadFrom, suites } from './suites.ts'

function print({ name, pending, perSecond, bytesPerEvent, note, suspicions = [] }: Row): void {
  const words = [
    name.padEnd(40),
    pending > 0 ? pending.toLocaleString('en').padStart(10) : ''.padStart(10),
    `${(perSecond / 1e6).toFixed(2).padStart(8)} M/s`,
    `${(1e9 / perSecond).toFixed(0).padStart(6)} ns`,
    bytesPerEvent === undefined ? '' : `${bytesPerEvent.toFixed(0)} B an event`,
    [...(note === undefined ? [] : [note]), ...suspicions].join('; '),
  ]
  console.log(words.join(' ').trimEnd())
}

const USAGE = `npm run bench -- [SUITE…] [--json]
npm run bench -- costs [--only BENCH,…] [--write | --to FILE]
npx rehearsal bench [SUITE…] --against REF

suites: ${Object.keys(suites).join(', ')}`

function end(code: number, text: string): never {
  if (code === 0) console.log(text)
  else console.error(text)
  process.exit(code)
}

function readArguments() {
  try {
    return parseArgs({
      args: process.argv.slice(2),
      allowPositionals: true,
      options: {
        write: { type: 'boolean' },
        to: { type: 'string' },
        only: { type: 'string' },
        /** The suites of another build: its `dist`. */
        build: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    return end(2, `${(error as Error).message.split('. ')[0]}\n${USAGE}`)
  }
}

const { values: given, positionals: wanted } = readArguments()
if (given.help) end(0, USAGE)
const terms: CostTerms = {
  write: given.to ?? (given.write ? true : undefined),
  only: given.only?.split(','),
}
const unknown = wanted.filter((name) => !Object.hasOwn(suites, name))
if (unknown.length > 0)
  end(2, `unknown suite: ${unknown.join(', ')}; known: ${Object.keys(suites).join(', ')}`)
const measured: Record<string, readonly Row[]> = {}
for (const [name, suite] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  if (!given.json) console.log(`\n${name}: ${suite.title}`)
  try {
    const { measure } = await (given.build === undefined ? suite.load() : loadFrom(given.build, suite))
    measured[name] = await measure(terms)
  } catch (error) {
    end(1, error instanceof Error ? error.message : String(error))
  }
  if (!given.json) for (const row of measured[name]!) print(row)
}
if (given.json) console.log(JSON.stringify(measured))
