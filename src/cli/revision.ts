// Another revision of the repository at hand, to be run beside this one: a worktree of git in a temporary folder, with what it needs
// to run. Where its package is rehearsal itself, it is built there; else the rehearsal of its own node_modules runs it, or this one.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { quote } from '../errors.ts'
import { baselineOf, gatedMetrics } from '../gate/baseline-of.ts'
import type { Measure } from '../gate/verdict.ts'
import { safeFileName } from '../report/file-name.ts'
import { keyMetrics } from '../report/key-metrics.ts'
import { oneLine } from '../report/terminal/text.ts'
import type { Baseline } from '../results/baseline.ts'
import { readResult } from '../results/read.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { git } from './baselines.ts'
import { EXIT, Exit } from './exit.ts'
import { type SideOrder, sideRun } from './revision-side.ts'
import { tracesOf } from './scenario-files.ts'
import { checkOut, compile, install } from './worktree.ts'

export interface Revision {
  /** As it was asked for: `origin/main`. */
  readonly ref: string
  /** Forty digits. */
  readonly commit: string
  /** Of its commit, one line. */
  readonly subject: string
  /** The repository's folder. */
  readonly root: string
  /** One side of an explanation, as its build prints it: the text of a file; or why there is none. */
  side(order: SideOrder, stopAt: number): ReturnType<typeof sideRun>
  /** What the revision finds of a scenario, as a baseline; or why it finds nothing. */
  held(
    path: string,
    file: ScenarioFile,
    options: { readonly 'allow-modules': boolean },
    stopAt: number,
  ): { baseline: Baseline; measure: Measure } | { missing: string; measure: Measure }
  /** Leaves nothing behind. */
  close(): void
}

/** Throws ScenarioError where it is no revision, or cannot be built. */
export function openRevision(ref: string, say: (text: string) => void): Revision {
  const { root, folder, tree, commit, close } = checkOut(ref, {
    needs: '--base needs a repository of git',
    hint: 'git fetch it, or mend --base; such as --base origin/main',
    prefix: 'rehearsal-base-',
  })
  try {
    const program = prepared(root, tree, say)
    const subject = git(['log', '-1', '--format=%s', commit]) ?? ''
    const measure = { of: ref, commit: commit.slice(0, 10), reason: subject }
    const there = { root, tree, folder, program }
    return {
      ref,
      commit,
      subject,
      root,
      close,
      side: (order, stopAt) => sideRun(there, order, stopAt),
      held: (path, file, options, stopAt) => {
        const found = ranThere(there, path, file, options['allow-modules'], stopAt)
        return typeof found === 'string'
          ? { missing: `at ${ref}, ${found}`, measure }
          : { baseline: found, measure }
      },
    }
  } catch (error) {
    close()
    throw error
  }
}

/** The program that runs the revision's scenarios. */
function prepared(root: string, tree: string, say: (text: string) => void): string {
  if (!existsSync(join(tree, 'package.json'))) {
    say('base: it has no package.json; this rehearsal runs it')
    return OURS
  }
  install(root, tree, {
    here: () => say('base: the same package-lock.json; using the node_modules that are here'),
    anew: () => say('base: another package-lock.json; npm ci'),
  })
  if (nameOf(tree) === 'rehearsal') {
    say('base: building it')
    compile(tree)
    return join(tree, 'dist/cli/main.js')
  }
  const theirs = join(tree, 'node_modules/rehearsal/dist/cli/main.js')
  if (existsSync(theirs)) return theirs
  say('base: it does not depend on rehearsal; this one runs it')
  return OURS
}

/** Run from its sources, the program is where it was last built. */
const OURS = ['./main.js', '../../dist/cli/main.js']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path))!

/** `undefined` where nobody can read it. */
function nameOf(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown } | null)?.name
  } catch {
    return undefined
  }
}

/** A revision that is ready to be run. */
export interface There {
  readonly root: string
  readonly tree: string
  readonly folder: string
  readonly program: string
}

/** A baseline, or why there is none. */
function ranThere(
  { root, tree, folder, program }: There,
  path: string,
  file: ScenarioFile,
  modules: boolean,
  stopAt: number,
): Baseline | string {
  const within = relative(root, realpathSync(path))
  if (within.startsWith('..')) return 'there is no such scenario: it is outside of the repository'
  if (!existsSync(join(tree, within))) return 'there is no such scenario'
  const out = join(folder, 'reports')
  rmSync(out, { recursive: true, force: true })
  const left = stopAt - performance.now()
  const { status, stderr, signal } = spawnSync(
    process.execPath,
    [
      program,
      ...['run', within, '--out', out, '--no-html', '--quiet', '--seeds', `${file.seeds.join(',')},`],
      ...(modules ? ['--allow-modules'] : []),
    ],
    {
      cwd: tree,
      encoding: 'utf8',
      ...(Number.isFinite(left) ? { timeout: Math.max(1, Math.ceil(left)) } : {}),
    },
  )
  if (signal === 'SIGTERM') throw new Exit(EXIT.limit, `${file.name}: stopped by the time limit, at the base`)
  const result = join(out, safeFileName(file.name), 'result.json')
  if (!existsSync(result)) {
    const [other] = existsSync(out) ? readdirSync(out) : []
    return other === undefined
      ? `it could not be run (${status ?? signal}): ${quote(oneLine(stderr), 400)}`
      : `the scenario in ${within} is called ${quote(other)}; nothing is compared under two names`
  }
  const found = readResult(result)
  return baselineOf(found, {
    reason: '',
    file: within,
    keyMetrics: [...keyMetrics(found), ...gatedMetrics(file.resolved)],
    traces: tracesOf(file, (path) => traceThere(path, root, tree)),
  })
}

/** Where the revision has it; one outside of the repository is the same for both. */
function traceThere(path: string, root: string, tree: string): string | undefined {
  const within = relative(root, realpathSync(path))
  if (within.startsWith('..')) return path
  const there = join(tree, within)
  return existsSync(there) ? there : undefined
}
