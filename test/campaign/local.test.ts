// Many runs on one machine: threads, a killed run that goes on, parts put together. Whatever the way, the result is the same bytes
// but for the provenance. What takes threads or a signal is a process of the built program; all else is done in this one.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/results/canonical.ts'
import { inEmptyFolder, rehearsal } from '../cli/session.ts'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Two variants of a queue. */
const scenario = (name: string, seeds: number, duration: string): string => `name: ${name}
hosts: { box: { cores: 1 } }
services: { queue: { kind: queue, on: box, service: { kind: exponential, mean: 1s } } }
workload: { target: queue, arrivals: { kind: poisson, rate: "\${rate}/s" }, request: { kind: job } }
parameters: { rate: 0.5 }
matrix: { rate: [0.5, 0.7] }
seeds: ${seeds}
measure: { duration: ${duration} }
`
const FLAGS = ['--quiet', '--no-html', '--out']

inEmptyFolder()

/** The bytes that every way must give. */
function bytesOf(path: string): string {
  const { provenance: _, ...result } = JSON.parse(readFileSync(`${path}/result.json`, 'utf8')) as {
    provenance: unknown
  }
  return canonicalJson(result)
}

beforeAll(() => {
  if (!existsSync(MAIN))
    throw new Error(`${MAIN} is missing; npm run build makes it, and npm test does so first`)
  // What takes less than a second or two is not spread over threads.
  writeFileSync('many.yaml', scenario('many', 30, '8h'))
  writeFileSync('few.yaml', scenario('few', 3, '30min'))
})

describe('what takes long', () => {
  const run = (out: string, ...args: string[]) =>
    spawnSync(process.execPath, [MAIN, 'run', 'many.yaml', ...FLAGS, out, ...args], { encoding: 'utf8' })
  let expected = ''
  beforeAll(() => {
    expect(run('one', '--jobs', '1').status).toBe(0)
    expected = bytesOf('one/many')
  }, 60_000)

  test('comes out on two threads as on one', () => {
    expect(run('two', '--jobs', '2').status).toBe(0)
    expect(bytesOf('two/many')).toBe(expected)
    // What it kept meanwhile is gone.
    expect(existsSync('two/many/runs.ndjson')).toBe(false)
  }, 60_000)

  test('killed in the middle, goes on and ends in the same', async () => {
    const child = spawn(process.execPath, [MAIN, 'run', 'many.yaml', ...FLAGS, 'killed'])
    const kept = 'killed/many/runs.ndjson'
    const ended = new Promise((resolve) => child.on('exit', resolve))
    while (child.exitCode === null && !(existsSync(kept) && statSync(kept).size > 100_000)) await sleep(5)
    child.kill('SIGKILL')
    await ended
    expect(existsSync('killed/many/result.json')).toBe(false)
    const lines = readFileSync(kept, 'utf8').split('\n').length
    expect(lines).toBeGreaterThan(2)
    expect(lines).toBeLessThan(60)
    // As if the machine had died amid a line.
    writeFileSync(kept, readFileSync(kept).subarray(0, -100))
    const again = run('killed', '--resume')
    expect([again.status, again.stderr]).toEqual([0, ''])
    expect(bytesOf('killed/many')).toBe(expected)
  }, 60_000)
})

const few = (out: string, ...args: string[]) => rehearsal('run', 'few.yaml', ...FLAGS, out, ...args)

test('what was left of another scenario is not gone on with', async () => {
  expect((await few('other', '--shard', '1/3')).code).toBe(0)
  writeFileSync('other/few/runs.ndjson', readFileSync('other/few/shard-1-of-3.ndjson'))
  const changed = await few('other', '--resume', '--set', 'matrix.rate=[0.4]')
  expect(changed).toMatchObject({ code: 0, err: expect.stringContaining('of another scenario') })
})

describe('parts', () => {
  const part = (i: number) => `parts/few/shard-${i}-of-3.ndjson`

  beforeAll(async () => {
    for (const i of [3, 1, 2]) expect((await few('parts', '--shard', `${i}/3`)).code).toBe(0)
  })

  test('put together are the same', async () => {
    const merged = await rehearsal('merge', part(2), part(3), part(1), ...FLAGS, 'merged')
    expect(merged).toMatchObject({ code: 0, err: '' })
    expect((await few('whole')).code).toBe(0)
    expect(bytesOf('merged/few')).toBe(bytesOf('whole/few'))
  })

  test('that are missing are named', async () => {
    const { code, err } = await rehearsal('merge', part(1), part(3), '--out', 'merged')
    expect(code).toBe(2)
    expect(err).toContain('give the other parts, too: 2 of 3')
  })

  test('of another experiment are refused', async () => {
    expect((await few('strange', '--shard', '2/3', '--set', 'measure.duration=1h')).code).toBe(0)
    const { code, err } = await rehearsal('merge', part(1), 'strange/few/shard-2-of-3.ndjson')
    expect(code).toBe(2)
    expect(err).toContain('not of one experiment')
  })
})

test('precision adds seeds until the interval is narrow enough, and says how many', async () => {
  expect(await few('precise', '--precision', 'latency.mean=10%')).toMatchObject({ code: 0, err: '' })
  const { variants } = JSON.parse(readFileSync('precise/few/result.json', 'utf8'))
  for (const { seeds, metrics, checks } of variants) {
    const { value, interval } = metrics['latency.mean']
    expect((interval[1] - interval[0]) / 2 / value).toBeLessThanOrEqual(0.1)
    expect(checks.some(({ name }: { name: string }) => name.startsWith('precision: latency.mean'))).toBe(true)
    expect(seeds.length).toBeGreaterThan(3)
  }
})
