// Many runs on one machine, as processes of the built program: threads, a killed run that goes on, parts put together. Whatever
// the way, the result is the same bytes but for the provenance.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/results/canonical.ts'
import { inEmptyFolder } from '../cli/session.ts'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Two variants of a queue; each run takes some tens of milliseconds, all of them a second or two. */
const SCENARIO = `name: many
hosts: { box: { cores: 1 } }
services: { queue: { kind: queue, on: box, service: { kind: exponential, mean: 1s } } }
workload: { target: queue, arrivals: { kind: poisson, rate: "\${rate}/s" }, request: { kind: job } }
parameters: { rate: 0.5 }
matrix: { rate: [0.5, 0.7] }
seeds: 40
measure: { duration: 8h }
`

inEmptyFolder()

const rehearsal = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' })

const run = (out: string, ...args: string[]) =>
  rehearsal('run', 'many.yaml', '--quiet', '--no-html', '--out', out, ...args)

/** The bytes that every way must give. */
function bytesOf(out: string): string {
  const { provenance: _, ...result } = JSON.parse(readFileSync(`${out}/many/result.json`, 'utf8')) as {
    provenance: unknown
  }
  return canonicalJson(result)
}

let expected = ''
beforeAll(() => {
  if (!existsSync(MAIN))
    throw new Error(`${MAIN} is missing; npm run build makes it, and npm test does so first`)
  writeFileSync('many.yaml', SCENARIO)
  expect(run('one', '--jobs', '1').status).toBe(0)
  expected = bytesOf('one')
}, 60_000)

test('on two threads the same comes out as on one', () => {
  expect(run('two', '--jobs', '2').status).toBe(0)
  expect(bytesOf('two')).toBe(expected)
  // What it kept meanwhile is gone.
  expect(existsSync('two/many/runs.ndjson')).toBe(false)
}, 60_000)

test('killed in the middle, it goes on and ends in the same', async () => {
  const child = spawn(process.execPath, [MAIN, 'run', 'many.yaml', '--quiet', '--no-html', '--out', 'killed'])
  const kept = 'killed/many/runs.ndjson'
  const ended = new Promise((resolve) => child.on('exit', resolve))
  while (child.exitCode === null && !(existsSync(kept) && statSync(kept).size > 200_000)) await sleep(5)
  child.kill('SIGKILL')
  await ended
  expect(existsSync('killed/many/result.json')).toBe(false)
  const lines = readFileSync(kept, 'utf8').split('\n').length
  expect(lines).toBeGreaterThan(2)
  expect(lines).toBeLessThan(80)
  // As if the machine had died amid a line.
  writeFileSync(kept, readFileSync(kept).subarray(0, -100))
  const again = run('killed', '--resume')
  expect([again.status, again.stderr]).toEqual([0, ''])
  expect(bytesOf('killed')).toBe(expected)
}, 60_000)

test('what was left of another scenario is not gone on with', () => {
  expect(run('other', '--shard', '1/9').status).toBe(0)
  writeFileSync('other/many/runs.ndjson', readFileSync('other/many/shard-1-of-9.ndjson'))
  const changed = run('other', '--resume', '--set', 'matrix.rate=[0.4]')
  expect(changed.status).toBe(0)
  expect(changed.stderr).toContain('of another scenario')
}, 60_000)

describe('parts', () => {
  const part = (i: number) => `parts/many/shard-${i}-of-3.ndjson`

  beforeAll(() => {
    for (const i of [3, 1, 2]) expect(run('parts', '--shard', `${i}/3`).status).toBe(0)
  }, 60_000)

  test('put together are the same', () => {
    const merged = rehearsal('merge', part(2), part(3), part(1), '--out', 'merged', '--quiet', '--no-html')
    expect([merged.status, merged.stderr]).toEqual([0, ''])
    expect(bytesOf('merged')).toBe(expected)
  })

  test('that are missing are named', () => {
    const { status, stderr } = rehearsal('merge', part(1), part(3), '--out', 'merged')
    expect(status).toBe(2)
    expect(stderr).toContain('give the other parts, too: 2 of 3')
  })

  test('of another experiment are refused', () => {
    expect(run('strange', '--shard', '2/3', '--set', 'measure.duration=1h').status).toBe(0)
    const { status, stderr } = rehearsal('merge', part(1), 'strange/many/shard-2-of-3.ndjson')
    expect(status).toBe(2)
    expect(stderr).toContain('not of one experiment')
  })
})

test('precision adds seeds until the interval is narrow enough, and says how many', () => {
  const precise = run('precise', '--precision', 'latency.mean=3%', '--jobs', '2')
  expect([precise.status, precise.stderr]).toEqual([0, ''])
  const { variants } = JSON.parse(readFileSync('precise/many/result.json', 'utf8'))
  for (const { seeds, metrics, checks } of variants) {
    const { value, interval } = metrics['latency.mean']
    expect((interval[1] - interval[0]) / 2 / value).toBeLessThanOrEqual(0.03)
    expect(checks.some(({ name }: { name: string }) => name.startsWith('precision: latency.mean'))).toBe(true)
    expect(seeds.length).toBeGreaterThanOrEqual(40)
  }
}, 60_000)
