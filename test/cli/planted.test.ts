// Regressions planted in our own coordinators, from the patch to the annotation: a clone of this repository, one patch, a commit, and
// the gate against the commit before, or against the baseline that was accepted there.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PATCHES = join(ROOT, 'test/cli/planted')

/** One variant of one of our scenarios, and its threshold; line 4 is what the annotation is to point at. */
const scenario = (name: string, parent: string, matrix: string): string =>
  `extends: ollamamax/${parent}.yaml
name: ${name}
matrix: ${matrix}
gate: { latency.mean: { worse-by: 2% } }
claims: []
`
const BULK = 'scenarios/planted-bulk.yaml'
const LOCK = 'scenarios/planted-lock.yaml'

let clone = ''
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: clone,
    encoding: 'utf8',
  })
const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: clone, encoding: 'utf8' })
const build = (): void => {
  const compiler = 'node_modules/typescript/bin/tsc'
  const built = node(compiler, '-p', 'tsconfig.build.json', '--noCheck', '--declaration', 'false')
  expect(built).toMatchObject({ status: 0, stdout: '' })
}
const rehearsal = (...args: string[]) => node('dist/cli/main.js', ...args)

beforeAll(() => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rehearsal-planted-')))
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${ROOT}`, 'clone'], { cwd: folder })
  clone = join(folder, 'clone')
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'), 'dir')
  writeFileSync(
    join(clone, BULK),
    scenario('planted-bulk', 'shard-bulk', '{ masters: [1], operations: [10] }'),
  )
  writeFileSync(
    join(clone, LOCK),
    scenario('planted-lock', 'hybrid', '{ topology: [hierarchical], agents: [8] }'),
  )
  build()
  const accepted = rehearsal('baseline', 'accept', BULK, '--reason', 'one message a master')
  expect(accepted).toMatchObject({ status: 0 })
  git('add', 'scenarios', 'results')
  git('commit', '--quiet', '--message', 'As it should be')
  git('tag', 'sound')
}, 300_000)

afterAll(() => rmSync(join(clone, '..'), { recursive: true, force: true }))

/** The sound revision with one patch, committed and built. */
function plant(patch: string): void {
  git('checkout', '--quiet', '--detach', 'sound')
  git('apply', join(PATCHES, `${patch}.patch`))
  git('commit', '--quiet', '--all', '--message', `Plant: ${patch}`)
  build()
}

/** What a report says, on one line. */
const flat = (text: string): string => text.replace(/\s+/g, ' ')

describe('the gate against the commit before', () => {
  test.each([
    {
      patch: 'extra-round-trip',
      file: BULK,
      cause: /command EXISTS, state to redis: 1 instead of 0 a request/,
      code: 'src/coordination/state/sharded-state.ts',
    },
    {
      patch: 'lost-batch',
      file: BULK,
      cause: /redis, state to redis: 10 instead of 1 a request/,
      code: 'src/coordination/state/sharded-state.ts',
    },
    {
      patch: 'lock-held-longer',
      file: LOCK,
      cause: /idle agent \+5 ms, queue agent \+/,
      code: 'src/coordination/topology/work-line.ts',
    },
  ])(
    'fails $patch, says by how much and why, and annotates the line of its threshold',
    ({ patch, file, cause, code }) => {
      plant(patch)
      const reporters = ['terminal', 'github:gate.txt', 'markdown:gate.md']
      const { status, stdout } = rehearsal(
        ...['gate', file, '--base', 'HEAD~1'],
        ...reporters.flatMap((each) => ['--reporter', each]),
      )
      expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringMatching(/^fail /) })
      expect(stdout).toMatch(/latency\.mean +\S+ [mµ]s → \S+ [mµ]s +\+\S+ % +worse/)
      const annotations = readFileSync(join(clone, 'gate.txt'), 'utf8').split('\n')
      const annotation = annotations.find((line) => line.includes('latency.mean worse'))!
      expect(annotation).toMatch(new RegExp(`^::error file=${file},line=4,`))
      for (const text of [flat(stdout), annotation, readFileSync(join(clone, 'gate.md'), 'utf8')]) {
        expect(text).toMatch(cause)
        expect(text).toContain(code)
      }
    },
    300_000,
  )
})

test('against a committed baseline, --explain builds the commit that brought it, and without it the command is named', () => {
  plant('extra-round-trip')
  const plain = rehearsal('gate', BULK)
  const commit = git('log', '-1', '--format=%h', 'sound').trim()
  expect(plain).toMatchObject({ status: 1 })
  expect(flat(plain.stdout)).toContain(`rehearsal explain ${BULK} --base ${commit}`)
  const { status, stdout } = rehearsal('gate', BULK, '--explain')
  expect({ status, stdout: flat(stdout) }).toEqual({
    status: 1,
    stdout: expect.stringContaining('command EXISTS, state to redis: 1 instead of 0 a request'),
  })
}, 300_000)
