// This repository as it stands, copied into a repository of git of its own and built: another revision of it can be planted there.

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { compile } from '../../src/cli/worktree.ts'
import type { Ended } from './session.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What is built, what builds it, and what is run. */
const KEPT = [
  'src',
  'scenarios',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.client.json',
  'client-bundle.mjs',
]

export interface Repository {
  /** Where it lies; known when the tests begin. */
  readonly folder: string
  git(...args: readonly string[]): string
  /** Commits what has been written below this path; it is part of how everything was at first. */
  keep(path: string): void
  /** Everything as it was at first, with these changes committed, and built. */
  plant(patch: string): void
  /** Builds what stands there. */
  build(): void
  /** The command line of what was built, in the repository's folder. */
  run(...args: readonly string[]): Ended
}

/** A repository for the tests of a file, with further files in it; it is removed thereafter. */
export function copiedRepository(files: Readonly<Record<string, string>> = {}): Repository {
  let folder = ''
  const git: Repository['git'] = (...args) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
      encoding: 'utf8',
    })
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'rehearsal-copy-')))
    for (const each of KEPT) cpSync(join(ROOT, each), join(folder, each), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir')
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    git('init', '--quiet', '--initial-branch', 'main', '.')
    git('add', ...KEPT)
    git('commit', '--quiet', '--message', 'As it stands')
    git('tag', 'as-it-stands')
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return {
    get folder() {
      return folder
    },
    git,
    keep(path) {
      git('add', path)
      git('commit', '--quiet', '--message', `With ${path}`)
      git('tag', '--force', 'as-it-stands')
    },
    plant(patch) {
      git('reset', '--quiet', '--hard', 'as-it-stands')
      git('apply', join(ROOT, 'test/cli/planted', patch))
      git('commit', '--quiet', '--all', '--message', `Planted: ${patch}`)
      compile(folder)
    },
    build: () => compile(folder),
    run(...args) {
      const main = join(folder, 'dist/cli/main.js')
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
        cwd: folder,
        encoding: 'utf8',
      })
      return { code: status ?? -1, out: stdout, err: stderr }
    },
  }
}
