// `explain --base` in a repository of a user's own: its coordinator has become slower.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Explanation } from '../../src/explain/explanation.ts'
import { inEmptyFolder, rehearsal } from './session.ts'

inEmptyFolder()

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' })

/** Asks its store so often, with a nap before each. */
const queen = (asks: number, nap: string): string => `
import { defineCoordinator, ms, reference, seconds } from 'rehearsal'
export default defineCoordinator({
  name: 'queen', meaning: 'asks', metrics: {},
  parameters: { store: reference('any', { meaning: 'whom' }) },
  create: (env, { store }) => ({ *handle() {
    for (let i = 0; i < ${asks}; i++) {
      yield* env.sleep(${nap})
      yield* env.call([store].flat()[0], { kind: 'job' }, seconds(1))
    }
    return { kind: 'job.done' }
  } }),
})
`

/** One for each coordinator: its code is loaded once. */
const scenario = (name: string): string => `name: ${name}
hosts: { box: { cores: 4 } }
services: { store: { kind: queue, on: box, service: { kind: constant, value: 2ms } } }
coordinators: { queen: { module: ./${name}.ts, on: box, store: store } }
workload:
  target: queen
  arrivals: { kind: poisson, rate: 20/s }
  request: { kind: job }
measure: { duration: 5s }
`

const worktrees = (): number => git('worktree', 'list').trim().split('\n').length

beforeAll(() => {
  git('init', '--quiet', '--initial-branch', 'main', '.')
  for (const name of ['fleet', 'twice', 'slower']) {
    writeFileSync(`${name}.yaml`, scenario(name))
    writeFileSync(`${name}.ts`, queen(1, 'ms(1)'))
  }
  git('add', '.')
  git('commit', '--quiet', '--message', 'The first')
}, 60_000)

const TERMS = ['--base', 'main', '--allow-modules']
const BASE = ['explain', 'fleet.yaml', ...TERMS]

async function found(...args: readonly string[]): Promise<Explanation> {
  const { out, err, code } = await rehearsal('explain', ...args, ...TERMS, '--json')
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out) as Explanation
}

const named = ({ changes }: Explanation): readonly string[] => changes.map(({ path }) => path.join('.'))

describe('another revision', () => {
  test('that is the same has no difference, and nothing is drawn or left behind', async () => {
    const { code, out } = await rehearsal(...BASE)
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^no difference: every run had the same events on both sides/),
    })
    expect(out).not.toContain('explanation.svg')
    expect(worktrees()).toBe(1)
  }, 120_000)

  test('is held against a coordinator that asks twice: by its messages, its code, and to the nanosecond', async () => {
    writeFileSync('twice.ts', queen(2, 'ms(1)'))
    const it = await found('twice.yaml')
    expect(named(it)).toEqual(['code'])
    expect(it.code!.files).toEqual(['twice.ts'])
    expect(it.counts!.sent[0]).toMatchObject({ kind: 'job', from: 'queen', to: 'store', a: 1 })
    expect(it.counts!.sent[0]!.b).toBeCloseTo(2, 1)
    for (const { a, b, causes } of it.differences)
      expect(causes.reduce((sum, each) => sum + each.b - each.a, 0)).toBe(b - a)
  }, 120_000)

  test('is told from a change of the scenario by running either code with the data of the other', async () => {
    git('commit', '--quiet', '--all', '--message', 'Twice')
    writeFileSync('slower.ts', queen(1, 'ms(3)'))
    const it = await found('slower.yaml', '--set-b', 'services.store.service.value=6ms')
    expect(named(it)).toEqual(['code', 'services.store.service.value'])
    const [first, second] = it.attribution!.effects
    // The store takes 4 ms longer and more waits for it; the nap is 2 ms longer.
    expect(first!.unit.map(({ path }) => path.join('.'))).toEqual(['services.store.service.value'])
    expect(first!.explains! + second!.explains!).toBeCloseTo(it.b! - it.a!, -1)
    expect(second!.explains! / 1e6).toBeCloseTo(2, 0)
  }, 120_000)
})

describe('cannot be told', () => {
  test('where the build of the revision is older than the question', async () => {
    mkdirSync('node_modules/rehearsal/dist/cli', { recursive: true })
    writeFileSync('package.json', '{ "name": "theirs", "type": "module" }')
    writeFileSync('package-lock.json', '{}')
    writeFileSync('.gitignore', 'node_modules')
    git('add', '.')
    git('commit', '--quiet', '--message', 'With a package')
    const old = 'console.error("unknown option: --side"); process.exit(2)'
    writeFileSync('node_modules/rehearsal/dist/cli/main.js', old)
    const { code, err } = await rehearsal(...BASE)
    expect({ code, err }).toEqual({
      code: 3,
      err: expect.stringContaining('at main, its build is older than `rehearsal explain --side`'),
    })
  }, 120_000)

  test('where it writes a side of another version', async () => {
    const other =
      "import { writeFileSync } from 'node:fs'\nwriteFileSync(process.argv[process.argv.indexOf('--side') + 1], '{}')"
    writeFileSync('node_modules/rehearsal/dist/cli/main.js', other)
    const { code, err } = await rehearsal(...BASE)
    expect({ code, err }).toEqual({
      code: 3,
      err: expect.stringContaining('in another way than this one reads'),
    })
  }, 120_000)

  test('where the scenario is new', async () => {
    writeFileSync('fresh.yaml', readFileSync('fleet.yaml', 'utf8'))
    const { code, err } = await rehearsal('explain', 'fresh.yaml', '--base', 'main', '--allow-modules')
    expect({ code, err }).toEqual({
      code: 3,
      err: expect.stringContaining('at main, there is no such scenario'),
    })
  }, 120_000)
})

test.each([
  [['fleet.yaml', 'fleet.yaml', '--base', 'main'], 'expected one file'],
  [['fleet.json', '--base', 'main'], 'not a result'],
  [['fleet.yaml', '--base', 'nowhere'], 'unknown revision: nowhere'],
  [['fleet.yaml', '--base', 'main', '--b', 'x'], '--variant'],
  [['fleet.yaml', '--variant', 'x'], '--base REF'],
  [['fleet.yaml', '--side', 'x.json', '--events', '9:3'], 'FROM:UNTIL'],
])(
  '%j is named with the mend',
  async (args, said) => {
    expect(await rehearsal('explain', ...args, '--allow-modules')).toMatchObject({
      code: 2,
      err: expect.stringContaining(said),
    })
  },
  60_000,
)
