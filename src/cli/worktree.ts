// Another revision of the repository at hand, in a worktree of git in a temporary folder, and removed at the end, however that comes.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quote, ScenarioError } from '../errors.ts'
import { git } from './baselines.ts'
import { EXIT } from './exit.ts'

/** A revision, checked out beside this one; nothing is installed in it. */
export interface CheckedOut {
  readonly root: string
  /** The temporary folder, which goes with it. */
  readonly folder: string
  /** Its files. */
  readonly tree: string
  /** Forty digits. */
  readonly commit: string
  /** Leaves nothing behind. */
  close(): void
}

export interface Worktree {
  /** Ten digits. */
  readonly commit: string
  /** What its build left: `dist`. */
  readonly build: string
  /** Leaves nothing behind. */
  close(): void
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface CheckOutTerms {
  /** What it takes, where there is no repository. */
  readonly needs: string
  /** What to do about a revision that there is not. */
  readonly hint: string
  /** Of the temporary folder's name. */
  readonly prefix: string
}

/** Removed at the end, however that comes. Throws ScenarioError where there is no such revision. */
export function checkOut(ref: string, { needs, hint, prefix }: CheckOutTerms): CheckedOut {
  const root = git(['rev-parse', '--show-toplevel'])
  if (root === null) throw new ScenarioError(`${needs}, and this folder is in none`)
  const commit = git(['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`])
  if (commit === null) throw new ScenarioError([{ message: `unknown revision: ${quote(ref)}`, hint }])
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)))
  const tree = join(folder, 'tree')
  const close = (): void => {
    process.off('exit', close)
    for (const signal of SIGNALS) process.off(signal, interrupted)
    rmSync(folder, { recursive: true, force: true })
    git(['worktree', 'prune'], root)
  }
  const interrupted = () => process.exit(EXIT.interrupted)
  process.on('exit', close)
  for (const signal of SIGNALS) process.on(signal, interrupted)
  try {
    must('git', ['worktree', 'add', '--detach', '--quiet', tree, commit], root)
  } catch (error) {
    close()
    throw error
  }
  return { root, folder, tree, commit, close }
}

/** Throws ScenarioError where the folder's repository has no such revision of rehearsal, or it cannot be built. */
export function openWorktree(ref: string, say: (text: string) => void): Worktree {
  const { root, tree, commit, close } = checkOut(ref, {
    needs: '--against needs the repository of rehearsal',
    hint: 'such as --against origin/main, or HEAD~1',
    prefix: 'rehearsal-bench-',
  })
  try {
    refuseForeign(tree, ref)
    install(root, tree, { here() {}, anew: () => say('another package-lock.json; running npm ci there') })
    say(`building ${ref}`)
    compile(tree)
    return { commit: commit.slice(0, 10), build: join(tree, 'dist'), close }
  } catch (error) {
    close()
    throw error
  }
}

function refuseForeign(tree: string, ref: string): void {
  const manifest = textOf(join(tree, 'package.json'))
  const { name } = JSON.parse(manifest ?? '{}') as { name?: unknown }
  if (name === 'rehearsal') return
  throw new ScenarioError(`${quote(ref)} is no revision of rehearsal: --against is for its own repository`)
}

/** The packages that are here, where the lock file is the same; else those of its own, if it has one. One of `say` is called before. */
export function install(root: string, tree: string, say: { here(): void; anew(): void }): void {
  const [ours, theirs] = [root, tree].map((folder) => textOf(join(folder, 'package-lock.json')))
  const here = join(root, 'node_modules')
  if (ours === theirs && existsSync(here)) {
    say.here()
    symlinkSync(here, join(tree, 'node_modules'), 'dir')
  } else if (theirs !== undefined) {
    say.anew()
    must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], tree)
  }
}

/** Builds a revision of rehearsal, to be run and no more: where it can be, without checking its types and without what pages need. */
export function compile(tree: string): void {
  const compiler = join(tree, 'node_modules/typescript/bin/tsc')
  const project = 'tsconfig.build.json'
  if (existsSync(compiler) && existsSync(join(tree, project))) {
    const quick = [compiler, '-p', project, '--noCheck', '--declaration', 'false']
    if (spawnSync(process.execPath, quick, { cwd: tree }).status === 0) return
  }
  must('npm', ['run', '--silent', 'build'], tree)
}

const textOf = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8') : undefined

const MOST_LINES = 15

/** Does it, or throws with what it said. */
function must(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr, stdout, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return
  // What is wrong comes first; npm's usage, which it adds, is longer than that.
  const said = (stderr || stdout || error?.message || '').trim().split('\n').slice(0, MOST_LINES).join('\n')
  throw new ScenarioError(
    `the revision could not be built: ${command} ${args.join(' ')}\n${said.slice(0, 2000)}`,
  )
}
