// `rehearsal trend`: the history of a scenario's figures, and where they changed.

import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { type Entry, entryOf, trendsOf } from '../experiment/trend.ts'
import { safeFileName } from '../report/file-name.ts'
import { headlineMetrics } from '../report/key-metrics.ts'
import { renderTrend } from '../report/terminal/trend.ts'
import { canonicalJson } from '../results/canonical.ts'
import { readResult } from '../results/read.ts'
import type { Result } from '../results/result.ts'
import { CHANGE_POINT_SIGNIFICANCE } from '../statistics/change-points.ts'
import { parseQuantity } from '../units.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT } from './exit.ts'
import { refuseUnwritable, unbroken, writeWhole } from './files.ts'

const MOST_METRICS = 12
/** Fewer tell nothing. */
const LEAST_RESULTS = 2

const OPTIONS = {
  metric: {
    type: 'texts',
    value: 'METRIC',
    meaning: 'what to follow; may be given several times; without it, what matters most',
  },
  scenario: { type: 'text', value: 'NAME', meaning: 'whose results, where there are several scenarios’' },
  by: {
    type: 'text',
    value: 'ORDER',
    meaning: 'created: as they were made; commit: as git has their commits',
    default: 'created',
  },
  significance: {
    type: 'text',
    value: 'SHARE',
    meaning: 'how often a series without a change may show one',
    default: `${CHANGE_POINT_SIGNIFICANCE * 100}%`,
  },
  json: { type: 'flag', meaning: 'print the trend as JSON' },
  out: { type: 'text', value: 'FOLDER', meaning: 'write a page there too: FOLDER/NAME/trend.html' },
} as const

type TrendOptions = OptionValues<typeof OPTIONS>

export const trend = defineCommand({
  words: [
    {
      name: 'results',
      meaning: 'result files, or folders with some anywhere below',
      required: true,
      many: true,
    },
  ],
  options: OPTIONS,
  examples: [
    ['trend history/', 'every result.json below it'],
    ['trend history/ --metric latency.p95 --out reports', 'one figure, and a page of it'],
  ],
  epilogue: 'Ends in 0, or in 3 where there are too few results to tell anything.',
  async run({ words, options }, terminal) {
    const significance = significanceOf(options.significance)
    const { entries, last } = readEntries(words, options)
    const metrics = metricsOf(entries, last, options.metric)
    const trends = trendsOf(entries, { metrics, significance })
    const { name, title } = last.scenario
    const shown = { name, title: title || name, entries, significance }
    if (options.json)
      terminal.write(
        canonicalJson({
          schema: 'rehearsal/trend/1',
          scenario: { name, title },
          significance,
          results: entries.map(({ created, commit, scenario: { hash } }) => ({ created, commit, hash })),
          trends,
        }),
      )
    else terminal.print(renderTrend(trends, shown, terminal))
    if (options.out !== undefined) {
      const path = join(options.out, safeFileName(name), 'trend.html')
      refuseUnwritable(options.out)
      const { renderTrendPage } = await import('../report/html/trend.ts')
      const page = await renderTrendPage(trends, shown)
      await unbroken(() => writeWhole(path, page))
      if (!options.json) terminal.print(`wrote ${path}`)
    }
    return entries.length < LEAST_RESULTS ? EXIT.inconclusive : EXIT.pass
  },
})

/** What is asked of each result, in order, oldest first; the newest whole. */
function readEntries(
  words: readonly string[],
  options: TrendOptions,
): { entries: readonly Entry[]; last: Result } {
  const files = words.flatMap(resultFilesAt)
  const entries: Entry[] = []
  let last: Result | undefined
  const others = new Set<string>()
  for (const file of files) {
    const result = readResult(file)
    const { name } = result.scenario
    others.add(name)
    if (name !== (options.scenario ?? name)) continue
    entries.push(entryOf(result))
    if (last === undefined || result.provenance.created >= last.provenance.created) last = result
  }
  refuseMixed([...others].sort(), options.scenario)
  return { entries: ordered(entries, options.by), last: last! }
}

function refuseMixed(names: readonly string[], asked: string | undefined): void {
  if (asked !== undefined && !names.includes(asked))
    throw new ScenarioError([unknownName('scenario', asked, names)])
  if (asked === undefined && names.length > 1)
    throw new ScenarioError([
      {
        message: `the results are of ${names.length} scenarios: ${names
          .slice(0, 8)
          .map((name) => quote(name))
          .join(', ')}; expected one`,
        hint: 'name it: --scenario NAME',
      },
    ])
}

/** The file, or what a folder has: each `result.json` below it, else each JSON file in it. */
function resultFilesAt(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isDirectory()) return [path]
  const below = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?:^|[\\/])result\.json$/.test(file))
    .sort()
  const found =
    below.length > 0
      ? below
      : readdirSync(path)
          .filter((file) => file.endsWith('.json'))
          .sort()
  if (found.length > 0) return found.map((file) => join(path, file))
  throw new ScenarioError([
    {
      message: `${quote(path, 200)} has no result.json anywhere below it`,
      hint: '`rehearsal run` writes one',
    },
  ])
}

function ordered(entries: readonly Entry[], by: string): readonly Entry[] {
  const byTime = entries.toSorted((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0))
  if (by === 'created') return byTime
  if (by !== 'commit') throw new ScenarioError([unknownName('--by', by, ['created', 'commit'])])
  const commits = commitsInOrder()
  const place = ({ commit }: Entry): number => {
    const found = commit === null ? undefined : commits.get(commit)
    if (found !== undefined) return found
    throw new ScenarioError(
      `a result is of the commit ${commit ?? 'unknown'}, which is not in the history of this folder's HEAD; expected --by created`,
    )
  }
  return byTime.toSorted((a, b) => place(a) - place(b))
}

/** Each commit's place, parents first. */
function commitsInOrder(): ReadonlyMap<string, number> {
  const { status, stdout } = spawnSync('git', ['rev-list', '--topo-order', '--reverse', 'HEAD'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new ScenarioError('--by commit: git knows of no commits in this folder')
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((commit, i) => [commit, i]),
  )
}

function metricsOf(entries: readonly Entry[], last: Result, asked: readonly string[]): readonly string[] {
  if (asked.length === 0) return headlineMetrics(last, MOST_METRICS)
  const known = new Set(
    entries.flatMap(({ variants }) => variants.flatMap(({ metrics }) => Object.keys(metrics))),
  )
  const mistakes = asked.flatMap((name) => (known.has(name) ? [] : [unknownName('metric', name, [...known])]))
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return [...new Set(asked)]
}

function significanceOf(text: string): number {
  const share = parseQuantity(text, 'ratio')
  if (share !== undefined && share >= 0.0001 && share <= 0.5) return share
  throw new ScenarioError([
    { message: `invalid --significance: ${quote(text)}; expected a share from 0.01% to 50%, such as 1%` },
  ])
}
