// `npm run bench`: what the machine makes of the kernel, of tasks, of messages and of observation. Absolute figures hang on
// the machine and on what else it does; compare ratios, on one machine, in one session.

import { parseArgs } from 'node:util'
import * as checkers from './checkers.ts'
import * as costs from './costs.ts'
import * as loop from './kernel-loop.ts'
import * as queue from './kernel-queue.ts'
import * as messages from './messages.ts'
import * as observe from './observe.ts'
import * as operations from './operations.ts'
import type { Row } from './row.ts'
import * as scale from './scale.ts'
import * as tasks from './tasks.ts'

const SUITES: Readonly<
  Record<string, { readonly title: string; measure(): readonly Row[] | Promise<readonly Row[]> }>
> = {
  queue: { title: 'bare event queues: pop one, push one', measure: queue.measure },
  loop: { title: 'the kernel with handlers: events', measure: loop.measure },
  tasks: { title: 'M/M/1 with customers as tasks: customers', measure: tasks.measure },
  messages: { title: 'messages between processes on hosts over links', measure: messages.measure },
  scale: {
    title: 'messages on one host and on 500, with a timeline and without; ten hours',
    measure: scale.measure,
  },
  observe: { title: 'observations', measure: observe.measure },
  checkers: { title: 'events with the checkers off and on', measure: checkers.measure },
  operations: { title: 'single operations', measure: operations.measure },
  costs: {
    title:
      'what coordinators’ operations cost, beside the committed table (--write, --to FILE, --only NAME,…)',
    measure: () => costs.measure(costTerms),
  },
}

function print({ name, pending, perSecond, bytesPerEvent, note }: Row): void {
  const words = [
    name.padEnd(40),
    pending > 0 ? pending.toLocaleString('en').padStart(10) : ''.padStart(10),
    `${(perSecond / 1e6).toFixed(2).padStart(8)} M/s`,
    `${(1e9 / perSecond).toFixed(0).padStart(6)} ns`,
    bytesPerEvent === undefined ? '' : `${bytesPerEvent.toFixed(0)} B an event`,
    note ?? '',
  ]
  console.log(words.join(' ').trimEnd())
}

const { values: given, positionals: wanted } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { write: { type: 'boolean' }, to: { type: 'string' }, only: { type: 'string' } },
})
const costTerms: costs.CostTerms = {
  write: given.to ?? (given.write ? true : undefined),
  only: given.only?.split(','),
}
const unknown = wanted.filter((name) => !(name in SUITES))
if (unknown.length > 0) {
  console.error(`unknown suite: ${unknown.join(', ')}; known: ${Object.keys(SUITES).join(', ')}`)
  process.exit(2)
}
for (const [name, { title, measure }] of Object.entries(SUITES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n${name}: ${title}`)
  for (const row of await measure()) print(row)
}
