// Many machines, as processes that share a Redis: workers that join and are killed, jobs that fail, other builds. It takes a
// redis-server; where none is installed the tests are skipped, and say so.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/results/canonical.ts'
import { inEmptyFolder } from '../cli/session.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MAIN = `${ROOT}/dist/cli/main.js`

const installed = spawnSync('redis-server', ['--version']).status === 0
if (!installed)
  console.warn('no redis-server is installed: the tests of campaigns on many machines are skipped')

const SCENARIO = `name: many
hosts: { box: { cores: 1 } }
services: { queue: { kind: queue, on: box, service: { kind: exponential, mean: 1s } } }
workload: { target: queue, arrivals: { kind: poisson, rate: "\${rate}/s" }, request: { kind: job } }
parameters: { rate: 0.5 }
matrix: { rate: [0.5, 0.7] }
seeds: 20
measure: { duration: 8h }
`

/** Its run fails: a trace that is gone when it is replayed. */
const TRACED = `name: traced
hosts: { box: { cores: 1 } }
services: { ollama: { kind: ollama, on: box } }
workload: { target: ollama, trace: ./trace.csv, request: { kind: generate, model: "llama3.2:3b" } }
`

const ENTRY = ['TIMESTAMP,ContextTokens,GeneratedTokens', '2023-11-16 18:17:03.9799600,100,10', ''].join('\n')

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })

describe.skipIf(!installed)('a campaign on many machines', () => {
  inEmptyFolder()
  let redis: ChildProcess
  let url = ''

  const campaign = (...args: string[]) =>
    spawnSync(process.execPath, [MAIN, 'campaign', ...args, '--queue', url], { encoding: 'utf8' })
  const worker = (main = MAIN) =>
    spawn(process.execPath, [main, 'campaign', 'work', '--jobs', '1', '--queue', url], { stdio: 'pipe' })
  const statusOf = (name: string) =>
    (
      JSON.parse(campaign('status', '--json').stdout) as {
        campaigns: { name: string; done: number; failed: { error: string }[] }[]
      }
    ).campaigns.find((each) => each.name === name)!

  beforeAll(async () => {
    if (!existsSync(MAIN))
      throw new Error(`${MAIN} is missing; npm run build makes it, and npm test does so first`)
    writeFileSync('many.yaml', SCENARIO)
    writeFileSync('traced.yaml', TRACED)
    writeFileSync('trace.csv', ENTRY)
    const port = await freePort()
    url = `redis://127.0.0.1:${port}`
    redis = spawn('redis-server', ['--port', `${port}`, '--save', '', '--bind', '127.0.0.1'], {
      stdio: 'ignore',
    })
    for (let i = 0; i < 100 && campaign('status').status !== 0; i++) await sleep(50)
  }, 60_000)

  afterAll(() => void redis?.kill())

  test('one worker killed in the middle, two more that join: the bytes of a run on one machine', async () => {
    expect(campaign('start', 'many.yaml').stdout).toContain('many, 40 runs')
    const doomed = worker()
    while (statusOf('many').done < 3) await sleep(20)
    doomed.kill('SIGKILL')
    expect(statusOf('many').done).toBeLessThan(40)
    const workers = [worker(), worker()]
    const collected = campaign('collect', 'many', '--wait', '--out', 'far', '--quiet', '--no-html')
    expect([collected.status, collected.stderr]).toEqual([0, ''])
    for (const each of workers) each.kill()
    spawnSync(process.execPath, [MAIN, 'run', 'many.yaml', '--out', 'near', '--quiet', '--no-html'])
    const [far, near] = ['far', 'near'].map((folder) => {
      const { provenance: _, ...result } = JSON.parse(readFileSync(`${folder}/many/result.json`, 'utf8')) as {
        provenance: unknown
      }
      return canonicalJson(result)
    })
    expect(far).toBe(near)
  }, 120_000)

  test('what is not done yet is not collected', () => {
    expect(campaign('start', 'many.yaml', '--seeds', '2').status).toBe(0)
    const { status, stderr } = campaign('collect', statusOf2())
    expect([status, stderr]).toEqual([3, expect.stringContaining('0 of 4 runs done')])
  })

  /** The second campaign of that name goes by its identifier. */
  const statusOf2 = (): string => {
    const { campaigns } = JSON.parse(campaign('status', '--json').stdout) as {
      campaigns: { id: string; jobs: number }[]
    }
    return campaigns.find(({ jobs }) => jobs === 4)!.id
  }

  test('a worker of another build is refused, and says why', () => {
    cpSync(`${ROOT}/dist`, 'other/dist', { recursive: true })
    for (const name of ['package.json', 'node_modules', 'scenarios'])
      symlinkSync(resolve(ROOT, name), `other/${name}`)
    writeFileSync('other/dist/different.js', '// not the same program')
    const { status, stderr } = spawnSync(
      process.execPath,
      ['other/dist/cli/main.js', 'campaign', 'work', statusOf2(), '--queue', url],
      { encoding: 'utf8' },
    )
    expect([status, stderr]).toEqual([2, expect.stringContaining('was posted by build')])
    campaign('forget', statusOf2())
  }, 30_000)

  test('a job that fails is set aside with its error, and tried again when asked', async () => {
    expect(campaign('start', 'traced.yaml').status).toBe(0)
    // It is the same file when the worker looks, and gone when the job reads it: broken on the way.
    const { status, stderr } = await failing()
    expect(status).toBe(0)
    expect(stderr).toContain('set aside: seed 1 of variant 1')
    expect(statusOf('traced').failed.length).toBe(1)
    expect(campaign('collect', 'traced')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('set aside'),
    })
    expect(campaign('start', 'traced.yaml', '--retry').stdout).toContain('1 run that had been set aside')
    expect(campaign('work', '--jobs', '1').status).toBe(0)
    expect(campaign('collect', 'traced', '--quiet', '--no-html').status).toBe(0)
  }, 60_000)

  /** A worker whose threads may not open the trace. */
  async function failing(): Promise<{ status: number | null; stderr: string }> {
    const patch = resolve('no-trace.cjs')
    writeFileSync(
      patch,
      `const fs = require('node:fs'), { isMainThread } = require('node:worker_threads'), open = fs.openSync
if (!isMainThread) fs.openSync = (path, ...rest) => {
  if (String(path).endsWith('trace.csv')) throw Object.assign(new Error('gone'), { code: 'ENOENT' })
  return open(path, ...rest)
}
require('node:module').syncBuiltinESMExports()`,
    )
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--require', patch, MAIN, 'campaign', 'work', '--jobs', '1', '--queue', url],
      { encoding: 'utf8' },
    )
    return { status, stderr }
  }

  test('mistakes name what was expected', () => {
    expect(campaign('begin')).toMatchObject({ status: 2, stderr: expect.stringContaining('unknown action') })
    expect(campaign('collect', 'nowhere')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('posted:'),
    })
    const unreachable = spawnSync(
      process.execPath,
      [MAIN, 'campaign', 'status', '--queue', 'redis://127.0.0.1:1'],
      {
        encoding: 'utf8',
      },
    )
    expect(unreachable).toMatchObject({ status: 2, stderr: expect.stringContaining('cannot reach') })
    const wrong = spawnSync(process.execPath, [MAIN, 'campaign', 'status', '--queue', 'localhost'], {
      encoding: 'utf8',
    })
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('redis://host:6379') })
  })
})
