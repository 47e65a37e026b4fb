// The gate against another revision: a worktree beside, run as it was, and nothing left behind.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { inEmptyFolder, rehearsal, smallCalled } from './session.ts'

inEmptyFolder()

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' })

const QUEEN = `
import { defineCoordinator, ms } from 'rehearsal'
export default defineCoordinator({
  name: 'queen', meaning: 'sleeps', parameters: {},
  metrics: { nap: { observed: 'value', unit: 'ns', better: 'lower', meaning: 'how long' } },
  create: (env) => ({ *start() {
    const begun = env.now()
    yield* env.sleep(ms(10))
    env.observe({ kind: 'value', metric: 'nap', value: env.now() - begun })
  } }),
})
`

const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('rehearsal-base-'))

let temporary = ''
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(temporary, { recursive: true, force: true })
})

beforeAll(() => {
  // A folder for what is temporary that no other test uses.
  temporary = mkdtempSync(join(tmpdir(), 'rehearsal-temporary-'))
  vi.stubEnv('TMPDIR', temporary)
  const main = new URL('../../dist/cli/main.js', import.meta.url)
  if (!existsSync(main))
    throw new Error('dist/ is missing; npm run build makes it, and npm test does so first')
  git('init', '--quiet', '--initial-branch', 'main', '.')
  mkdirSync('scenarios')
  writeFileSync('scenarios/small.yaml', smallCalled('small'))
  writeFileSync(
    'scenarios/nap.yaml',
    'name: nap\nhosts: { box: {} }\ncoordinators: { queen: { module: ./queen.ts, on: box } }\n',
  )
  writeFileSync('scenarios/queen.ts', QUEEN)
  git('add', '.')
  git('commit', '--quiet', '--message', 'The first')
}, 60_000)

test('a baseline that is committed is named by its commit', async () => {
  await rehearsal('baseline', 'accept', 'scenarios/small.yaml', '--seed', '1', '--reason', 'batches of 32')
  git('add', 'results')
  git('commit', '--quiet', '--message', 'Figures')
  const commit = git('log', '-1', '--format=%h').trim()
  const { code, out } = await rehearsal('gate')
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(`since ${commit}: batches of 32`) })
})

describe('a revision', () => {
  test('that is the same passes, with the same events, and says what it is run with', async () => {
    const before = left()
    const { code, out, err } = await rehearsal(
      ...['gate', 'scenarios/small.yaml', '--base', 'HEAD', '--time-limit', '10min'],
    )
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/same events {2}since [0-9a-f]{10}: Figures/),
    })
    expect(err).toBe('base: it has no package.json; this rehearsal runs it\n')
    expect(left()).toEqual(before)
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1)
  })

  test('is held against what stands here: a coordinator that became slower fails', async () => {
    writeFileSync('scenarios/queen.ts', QUEEN.replace('ms(10)', 'ms(11)'))
    const { code, out } = await rehearsal('gate', 'scenarios/nap.yaml', '--allow-modules', '--base', 'main')
    writeFileSync('scenarios/queen.ts', QUEEN)
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringMatching(/nap\.\w+ +10 ms → 11 ms +\+10\.0 % +worse/),
    })
  })

  test('that has not the scenario, or cannot run it, is inconclusive', async () => {
    writeFileSync('scenarios/fresh.yaml', smallCalled('fresh'))
    expect(await rehearsal('gate', 'scenarios/fresh.yaml', '--base', 'HEAD')).toMatchObject({
      code: 3,
      out: expect.stringContaining('at HEAD, there is no such scenario'),
    })
    git('add', '.')
    writeFileSync('scenarios/fresh.yaml', 'name: fresh\nhosts: 7\n')
    git('commit', '--all', '--quiet', '--message', 'Broken')
    writeFileSync('scenarios/small.yaml', smallCalled('renamed'))
    const { code, out } = await rehearsal('gate', 'scenarios/small.yaml', '--base', 'HEAD')
    writeFileSync('scenarios/small.yaml', smallCalled('small'))
    expect({ code, out: out.replace(/\s+/g, ' ') }).toEqual({
      code: 3,
      out: expect.stringContaining('at HEAD, the scenario in scenarios/small.yaml is called small; nothing'),
    })
    writeFileSync('scenarios/fresh.yaml', smallCalled('fresh'))
    expect(await rehearsal('gate', 'scenarios/fresh.yaml', '--base', 'HEAD')).toMatchObject({
      code: 3,
      out: expect.stringMatching(/it could not be run\s+\(2\)/),
    })
  })

  test('with the same lock file uses the packages that are here, which stay', async () => {
    writeFileSync('package.json', '{ "name": "fleet" }')
    writeFileSync('package-lock.json', '{}')
    writeFileSync('.gitignore', 'node_modules\n')
    git('add', '.')
    git('commit', '--quiet', '--message', 'A package')
    mkdirSync('node_modules/kept', { recursive: true })
    writeFileSync('node_modules/kept/file', 'kept')
    const { code, err } = await rehearsal('gate', 'scenarios/small.yaml', '--base', 'HEAD')
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('the same package-lock.json') })
    expect(readFileSync('node_modules/kept/file', 'utf8')).toBe('kept')
  })

  test('of a part of a repository annotates what lies there', async () => {
    process.chdir('scenarios')
    const { code, out } = await rehearsal(
      ...['gate', 'small.yaml', '--base', 'HEAD', '--reporter', 'github'],
      ...['--set', 'services.station.service.mean=60ms'],
    )
    process.chdir('..')
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringMatching(/^::error file=scenarios\/small\.yaml,line=1,/),
    })
  })

  test('is not opened where there is nothing to compare with it', async () => {
    const ended = await rehearsal('gate', '--base', 'nowhere', '--baselines', 'none')
    expect(ended).toMatchObject({
      code: 3,
      err: expect.stringContaining('name the scenarios that are to be'),
    })
  })

  test('that cannot be installed is a mistake, with what npm says first', async () => {
    mkdirSync('bin')
    writeFileSync('bin/npm', '#!/bin/sh\necho what is wrong >&2\nseq 100 >&2\nexit 1\n', { mode: 0o755 })
    vi.stubEnv('PATH', `${process.cwd()}/bin:${process.env.PATH}`)
    writeFileSync('package-lock.json', '{ "another": true }')
    const { code, err } = await rehearsal('gate', 'scenarios/small.yaml', '--base', 'HEAD')
    writeFileSync('package-lock.json', '{}')
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/could not be built: npm ci .*\nwhat is wrong\n1\n/),
    })
    expect(err.split('\n').length).toBeLessThan(20)
  })

  test('that does not exist is a mistake, and leaves nothing', async () => {
    const before = left()
    for (const ref of ['nowhere', '--version'])
      expect(await rehearsal('gate', 'scenarios/small.yaml', `--base=${ref}`)).toMatchObject({
        code: 2,
        err: expect.stringContaining('unknown revision'),
      })
    expect(left()).toEqual(before)
  })
})
