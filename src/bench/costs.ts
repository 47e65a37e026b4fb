// `npm run bench -- costs`: what the operations of the coordinators cost, beside what the committed table says, as a ratio.
// With --write the table in src/world/costs/nominal.ts is written; with `--to my-costs.json` one for a scenario's
// `costs: { table: … }`. `--only raft-election` measures that one, and leaves the others as they are.
// Every bench has a process of its own, since what a process has run before changes how its code is compiled; there are
// three rounds, one after the other, and of the three p50s of a figure the least counts: others on the machine only add.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type CostEntry,
  type CostPoint,
  type CostTable,
  costOf,
  type TableProvenance,
} from '../world/costs/cost-table.ts'
import { nominal } from '../world/costs/nominal.ts'
import { nameOf } from './costs/bench.ts'
import { type Measured, measure as measureBench } from './costs/measure.ts'
import { benches } from './costs/registry.ts'
import { nominalText } from './costs/text.ts'
import type { Row } from './row.ts'

const ROUNDS = 3

export interface CostTerms {
  /** Writes the table: `true` to its place in the source, or to this file as JSON. */
  readonly write: string | true | undefined
  /** The names of benches; left out: all. */
  readonly only: readonly string[] | undefined
}

/** Measures, compares, and writes if asked to. */
export function measure({ write, only }: CostTerms): Row[] {
  const unknown = only?.filter((name) => !benches.some((bench) => nameOf(bench) === name)) ?? []
  if (unknown.length > 0)
    throw new Error(`unknown bench: ${unknown.join(', ')}; known: ${benches.map(nameOf).join(', ')}`)
  const chosen = benches.filter((bench) => only?.includes(nameOf(bench)) ?? true)
  const rounds = Array.from({ length: ROUNDS }, () => chosen.flatMap((bench) => measureApart(nameOf(bench))))
  const best = leastOf(rounds)
  if (write) writeTable(write, best, only !== undefined)
  return best.map(rowOf)
}

function measureApart(name: string): Measured[] {
  const script = fileURLToPath(import.meta.url)
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', script, name], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`measuring ${name} failed: ${stderr}`)
  return JSON.parse(stdout) as Measured[]
}

/** Of each figure the least p50 and the least p99, with what was noted of that p50. */
function leastOf(rounds: readonly (readonly Measured[])[]): Measured[] {
  const best = new Map<string, Measured>()
  for (const figure of rounds.flat()) {
    const key = `${figure.operation} ${figure.point[0]}`
    const other = best.get(key)
    if (!other) best.set(key, figure)
    else {
      const better = figure.point[1] < other.point[1] ? figure : other
      const p99 = Math.max(better.point[1], Math.min(figure.point[2], other.point[2]))
      best.set(key, { ...better, point: [better.point[0], better.point[1], p99] })
    }
  }
  return [...best.values()]
}

function rowOf({ operation, size, point: [n, p50, p99], notes }: Measured): Row {
  const committed = nominal.entries[operation]
  const ratio = committed ? `${(p50 / costOf(committed, n)).toFixed(2)} × the table’s` : 'not in the table'
  return {
    name: operation,
    pending: size === undefined ? 0 : n,
    perSecond: 1e9 / p50,
    note: [`p99 ${Math.round(p99)} ns`, ratio].join('; '),
    suspicions: notes,
  }
}

function writeTable(write: string | true, measured: readonly Measured[], partly: boolean): void {
  const before = partly ? nominal.entries : {}
  const table: CostTable = {
    name: write === true ? 'nominal' : 'measured',
    provenance: provenance(),
    entries: { ...before, ...entriesOf(measured) },
  }
  if (partly && nominal.provenance?.cpu !== table.provenance!.cpu)
    throw new Error(`the table is of another CPU (${nominal.provenance?.cpu}); measure all of it`)
  const place = join(ROOT, 'src/world/costs/nominal.ts')
  if (write === true) writeFileSync(place, nominalText(table))
  else writeFileSync(write, `${JSON.stringify(table, null, 1)}\n`)
  console.log(`wrote ${write === true ? place : write}`)
}

function entriesOf(measured: readonly Measured[]): Readonly<Record<string, CostEntry>> {
  const entries: Record<string, CostEntry> = {}
  for (const operation of [...new Set(measured.map((each) => each.operation))].sort()) {
    const figures = measured.filter((each) => each.operation === operation)
    const { size, growth } = figures[0]!
    const points = figures.map(({ point }) => point).sort((a, b) => a[0] - b[0]) as CostPoint[]
    const samples = Math.min(...figures.map((each) => each.samples))
    entries[operation] = { ...(size === undefined ? {} : { size }), growth, points, samples }
  }
  return entries
}

/** Where the sources are, whether run from them or from what was built of them. */
const ROOT = join(fileURLToPath(import.meta.url), '../../..')

function provenance(): TableProvenance {
  const commit = spawnSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: ROOT, encoding: 'utf8' })
  const tinybench = JSON.parse(readFileSync(join(ROOT, 'node_modules/tinybench/package.json'), 'utf8')) as {
    version: string
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? 'unknown',
    node: process.versions.node,
    tinybench: tinybench.version,
    commit: commit.status === 0 ? commit.stdout.trim() : 'unknown',
    method: `p50 in warm code, the least of ${ROUNDS} rounds, each bench in a process of its own, ${cpus().length} cores with a load of ${loadavg()[2]!.toFixed(0)} (which adds, never takes off); handlers below 40 ns are less than the clock tells`,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bench = benches.find((each) => nameOf(each) === process.argv[2])!
  process.stdout.write(JSON.stringify(await measureBench(bench)), () => process.exit(0))
}
