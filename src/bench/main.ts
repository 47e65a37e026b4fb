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

const { values: given, positionals: wanted } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    write: { type: 'boolean' },
    to: { type: 'string' },
    only: { type: 'string' },
    /** The suites of another build: its `dist`. */
    build: { type: 'string' },
    json: { type: 'boolean' },
  },
})
const terms: CostTerms = {
  write: given.to ?? (given.write ? true : undefined),
  only: given.only?.split(','),
}
const unknown = wanted.filter((name) => !Object.hasOwn(suites, name))
if (unknown.length > 0) {
  console.error(`unknown suite: ${unknown.join(', ')}; known: ${Object.keys(suites).join(', ')}`)
  process.exit(2)
}
const measured: Record<string, readonly Row[]> = {}
for (const [name, suite] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  if (!given.json) console.log(`\n${name}: ${suite.title}`)
  const { measure } = await (given.build === undefined ? suite.load() : loadFrom(given.build, suite))
  const rows = await measure(terms)
  measured[name] = rows
  if (!given.json) for (const row of rows) print(row)
}
if (given.json) console.log(JSON.stringify(measured))
