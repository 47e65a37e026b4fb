// Many machines, as processes that share a Redis: workers that join and are killed, jobs that fail, other builds. It takes a
// redis-server; where none is installed the tests are skipped, and say so. Workers and what they are to work on are of the built program;
// all else is asked in this process.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/results/canonical.ts'
import { inEmptyFolder, rehearsal } from '../cli/session.ts'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

const installed = spawnSync('redis-server', ['--version']).status === 0
if (!installed)
  console.warn('no redis-server is installed: the tests of campaigns on many machines are skipped')

const SCENARIO = `name: many
hosts: { box: { cores: 1 } }
services: { queue: { kind: queue, on: box, service: { kind: exponential, mean: 1s } } }
workload: { target: queue, arrivals: { kind: poisson, rate: "\${rate}/s" }, request: { kind: job } }
parameters: { rate: 0.5 }
matrix: { rate: [0.5, 0.7] }
seeds: 10
measure: { duration: 8h }
`

/** Of both variants. */
const RUNS = 20

/** Its run fails: a trace that is gone when it is replayed. */
const TRACED = `name: traced
hosts: { box: { cores: 1 } }
services: { ollama: { kind: ollama, on: box } }
workload: { target: ollama, trace: ./trace.csv, request: { kind: generate, model: "llama3.2:3b" } }
`

const ENTRY = ['TIMESTAMP,ContextTokens,GeneratedTokens', '2023-11-16 18:17:03.9799600,100,10', ''].join('\n')

/** Lets a worker's threads open no trace. */
const NO_TRACE = `const fs = require('node:fs'), { isMainThread } = require('node:worker_threads'), open = fs.openSync
if (!isMainThread) fs.openSync = (path, ...rest) => {
  if (String(path).endsWith('trace.csv')) throw Object.assign(new Error('gone'), { code: 'ENOENT' })
  return open(path, ...rest)
}
require('node:module').syncBuiltinESMExports()`

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
  let server: ChildProcess
  let url = ''

  /** The built program; what it posts is for its own build. */
  const program = (args: readonly string[], ...node: readonly string[]) =>
    spawnSync(process.execPath, [...node, MAIN, 'campaign', ...args, '--queue', url], { encoding: 'utf8' })
  const worker = (id: string) =>
    spawn(process.execPath, [MAIN, 'campaign', 'work', id, '--jobs', '1', '--queue', url])
  const campaign = (...args: readonly string[]) => rehearsal('campaign', ...args, '--queue', url)
  const idIn = (posted: string): string => /^campaign (\w+): /.exec(posted)![1]!
  const statusOf = async (what: string) => {
    const { campaigns } = JSON.parse((await campaign('status', what, '--json')).out) as {
      campaigns: { done: number; failed: { error: string }[] }[]
    }
    return campaigns[0]!
  }

  /** The campaign of which a worker is killed, and those that go on with it while other things are tested. */
  let bereft = ''
  let workers: readonly ChildProcess[] = []

  beforeAll(async () => {
    if (!existsSync(MAIN))
      throw new Error(`${MAIN} is missing; npm run build makes it, and npm test does so first`)
    writeFileSync('many.yaml', SCENARIO)
    writeFileSync('traced.yaml', TRACED)
    writeFileSync('trace.csv', ENTRY)
    const port = await freePort()
    url = `redis://127.0.0.1:${port}`
    server = spawn('redis-server', ['--port', `${port}`, '--save', '', '--bind', '127.0.0.1'], {
      stdio: 'ignore',
    })
    for (let i = 0; i < 100 && (await campaign('status')).code !== 0; i++) await sleep(50)
    bereft = idIn(program(['start', 'many.yaml']).stdout)
    const doomed = worker(bereft)
    while ((await statusOf(bereft)).done < 3) await sleep(10)
    doomed.kill('SIGKILL')
    expect((await statusOf(bereft)).done).toBeLessThan(RUNS)
    await expire(url)
    workers = [worker(bereft), worker(bereft)]
  }, 60_000)

  afterAll(() => {
    for (const each of [...workers, server]) each?.kill()
  })

  test('what is not done yet is not collected', async () => {
    const id = idIn((await campaign('start', 'many.yaml', '--seeds', '2')).out)
    const { code, err } = await campaign('collect', id)
    expect([code, err]).toEqual([3, expect.stringContaining('0 of 4 runs done')])
  })

  test('a worker of another build is refused, and says why', async () => {
    // This process runs the sources, the worker what was built of them.
    const id = idIn((await campaign('start', 'many.yaml', '--seeds', '2')).out)
    const { status, stderr } = program(['work', id])
    expect([status, stderr]).toEqual([2, expect.stringContaining('was posted by build')])
    expect((await campaign('forget', id)).code).toBe(0)
  })

  test('a job that fails is set aside with its error, and tried again when asked', async () => {
    const id = idIn(program(['start', 'traced.yaml']).stdout)
    // It is the same file when the worker looks, and gone when the job reads it: broken on the way.
    writeFileSync('no-trace.cjs', NO_TRACE)
    const { status, stderr } = program(['work', id, '--jobs', '1'], '--require', resolve('no-trace.cjs'))
    expect(status).toBe(0)
    expect(stderr).toContain('set aside: seed 1 of variant 1')
    expect((await statusOf(id)).failed.length).toBe(1)
    expect(await campaign('collect', id)).toMatchObject({
      code: 1,
      err: expect.stringContaining('set aside'),
    })
    expect(program(['start', 'traced.yaml', '--retry']).stdout).toContain('1 run that had been set aside')
    expect(program(['work', id, '--jobs', '1']).status).toBe(0)
    expect((await campaign('collect', id, '--quiet', '--no-html')).code).toBe(0)
  }, 60_000)

  test.each([
    [['begin'], 'unknown action'],
    [['collect', 'nowhere'], 'posted:'],
    [['status', '--queue', 'redis://127.0.0.1:1'], 'cannot reach'],
    [['status', '--queue', 'localhost'], 'redis://host:6379'],
  ])('%j is named with what was expected', async (args, said) => {
    const own = args.includes('--queue') ? [] : ['--queue', url]
    expect(await rehearsal('campaign', ...args, ...own)).toMatchObject({
      code: 2,
      err: expect.stringContaining(said),
    })
  })

  test('one worker killed in the middle, two more that join: the bytes of a run on one machine', async () => {
    const collected = await campaign('collect', bereft, '--wait', '--out', 'far', '--quiet', '--no-html')
    expect(collected).toMatchObject({ code: 0, err: '' })
    await rehearsal('run', 'many.yaml', '--out', 'near', '--quiet', '--no-html')
    const [far, near] = ['far', 'near'].map((folder) => {
      const { provenance: _, ...result } = JSON.parse(readFileSync(`${folder}/many/result.json`, 'utf8')) as {
        provenance: unknown
      }
      return canonicalJson(result)
    })
    expect(far).toBe(near)
  }, 120_000)
})

/** The locks of jobs that are under way, which run out by themselves after a quarter of a minute. */
async function expire(url: string): Promise<void> {
  const redis = new Redis(url)
  for (const lock of await redis.keys('bull:*:lock')) await redis.del(lock)
  redis.disconnect()
}
