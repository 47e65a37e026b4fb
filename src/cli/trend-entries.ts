// Where a trend takes its figures from: results, and the history of accepted baselines.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { type Entry, entryOf } from '../experiment/trend.ts'
import { acceptedFigures } from '../results/history-figures.ts'
import { readResult } from '../results/read.ts'
import type { Result } from '../results/result.ts'
import { readBaselines, readHistory } from './baselines.ts'

/** In order, oldest first, of one scenario; and the newest result whole, if there is any. */
export function readEntries(
  words: readonly string[],
  { scenario, by }: { readonly scenario: string | undefined; readonly by: string },
): { readonly entries: readonly Entry[]; readonly last: Result | undefined } {
  const named = words.map(historyAt)
  const histories = named.filter((word) => word.endsWith('.ndjson'))
  const entries: Entry[] = []
  let last: Result | undefined
  for (const file of named.filter((word) => !histories.includes(word)).flatMap(resultFilesAt)) {
    const result = readResult(file)
    entries.push(entryOf(result))
    if (result.scenario.name !== (scenario ?? result.scenario.name)) continue
    if (last === undefined || result.provenance.created >= last.provenance.created) last = result
  }
  // Of the many scenarios of a history, that of the results beside it.
  const names = new Set(entries.map((entry) => entry.scenario.name))
  const [only] = names.size === 1 ? names : [undefined]
  const wanted = scenario ?? only
  const accepted = histories.flatMap(acceptedAt)
  const all = [
    ...entries,
    ...accepted.filter(
      (entry) => scenario !== undefined || only === undefined || entry.scenario.name === only,
    ),
  ]
  refuseMixed([...new Set(all.map((entry) => entry.scenario.name))].sort(), scenario)
  return {
    entries: ordered(
      all.filter((entry) => entry.scenario.name === (wanted ?? entry.scenario.name)),
      by,
    ),
    last,
  }
}

/** The history of a folder of baselines; any other word as it is. */
function historyAt(word: string): string {
  const path = join(word, 'HISTORY.ndjson')
  return existsSync(path) ? path : word
}

/** A point for each acceptance of each baseline beside the history. */
function acceptedAt(path: string): readonly Entry[] {
  const folder = dirname(path)
  const acceptances = readHistory(folder)
  const found = readBaselines(folder).flatMap(([, baseline]) =>
    acceptedFigures(acceptances, baseline).map(({ when, commit, variants }) => ({
      created: when,
      commit,
      scenario: { name: baseline.scenario.name, title: '', hash: null },
      variants: Object.entries(variants).map(([name, metrics]) => ({ name, metrics })),
    })),
  )
  if (found.length > 0) return found
  throw new ScenarioError([
    {
      message: `${quote(path, 200)} tells of no baseline that is beside it`,
      hint: 'give the HISTORY.ndjson in a folder of baselines, which `rehearsal baseline accept` writes',
    },
  ])
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
