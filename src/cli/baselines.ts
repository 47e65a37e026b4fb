// Where the commands `baseline` and `gate` find baselines, and what git knows of them.

import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Mistake, quote, ScenarioError } from '../errors.ts'
import { safeFileName } from '../report/file-name.ts'
import { type Baseline, parseBaseline } from '../results/baseline.ts'
import { baselineText } from '../results/baseline-file.ts'
import { type Acceptance, acceptanceLine, parseHistory } from '../results/baseline-history.ts'
import { exists, writeWhole } from './files.ts'
import { isFolder } from './scenario-files.ts'

export const BASELINE_FOLDER = 'results/baselines'

export const baselinePath = (folder: string, name: string): string =>
  join(folder, `${safeFileName(name)}.json`)

const historyPath = (folder: string): string => join(folder, 'HISTORY.ndjson')

/** `undefined` where there is none. Throws ScenarioError. */
export function readBaseline(path: string): Baseline | undefined {
  return exists(path) ? parseBaseline(read(path), quote(path, 200)) : undefined
}

export const writeBaseline = (path: string, baseline: Baseline): void =>
  writeWhole(path, baselineText(baseline))

/** All of a folder, by file name; none where there is no folder. Throws ScenarioError with what is wrong in all of them. */
export function readBaselines(folder: string): readonly (readonly [path: string, baseline: Baseline])[] {
  if (!exists(folder)) return []
  if (!isFolder(folder))
    throw new ScenarioError([
      {
        message: `${quote(folder, 200)} is a file; expected a folder of baselines`,
        hint: `such as ${BASELINE_FOLDER}`,
      },
    ])
  const mistakes: Mistake[] = []
  const found = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      try {
        return [[path, readBaseline(path)!] as const]
      } catch (error) {
        if (!(error instanceof ScenarioError)) throw error
        mistakes.push(...error.mistakes)
        return []
      }
    })
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return found
}

export function appendHistory(folder: string, entry: Acceptance): void {
  const path = historyPath(folder)
  try {
    mkdirSync(dirname(path), { recursive: true })
    appendFileSync(path, acceptanceLine(entry))
  } catch (error) {
    throw new ScenarioError(`cannot write ${quote(path, 200)}: ${(error as Error).message}`)
  }
}

/** Oldest first, whatever order a merge has left. */
export function readHistory(folder: string): readonly Acceptance[] {
  const path = historyPath(folder)
  const found = exists(path) ? parseHistory(read(path), quote(path, 200)) : []
  return found.toSorted((a, b) => (a.when < b.when ? -1 : a.when > b.when ? 1 : 0))
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ScenarioError(`cannot read ${quote(path, 200)}: ${(error as Error).message}`)
  }
}

/** What git prints, trimmed; `null` where it fails or prints nothing. */
export function git(args: readonly string[], cwd?: string): string | null {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', timeout: 60_000, cwd })
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : null
}

/** The commit that last brought this file, shortened; `null` where it is in none. */
export const commitOf = (path: string): string | null => git(['log', '-1', '--format=%h', '--', path])
