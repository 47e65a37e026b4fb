// The program as a process of its own: what only the compiled one, real pipes and real signals can show.

import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Result } from '../../src/results/result.ts'
import { inEmptyFolder, rehearsal, SMALL, smallCalled } from './session.ts'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const FILES = new URL('../../dist/cli/files.js', import.meta.url).href

inEmptyFolder()

beforeAll(() => {
  if (!existsSync(MAIN))
    throw new Error(`${MAIN} is missing; npm run build makes it, and npm test does so first`)
  writeFileSync('small.yaml', SMALL)
  writeFileSync('other.yaml', smallCalled('other', 'expect:\n  - { metric: latency.mean, below: 1ns }\n'))
  writeFileSync('endless.yaml', smallCalled('endless').replace('duration: 10s', 'duration: 100d'))
})

const program = (...args: string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' })

const shell = (line: string): SpawnSyncReturns<string> =>
  spawnSync(
    'bash',
    ['-o', 'pipefail', '-c', line.replaceAll('rehearsal', `'${process.execPath}' '${MAIN}'`)],
    {
      encoding: 'utf8',
    },
  )

/** Every file below a folder. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)

test('another process finds the same fingerprints', async () => {
  const args = ['run', 'small.yaml', '--seeds', '3', '--json', '--no-html'] as const
  const prints = (json: string) =>
    (JSON.parse(json) as Result).variants.map(({ fingerprints }) => fingerprints)
  const there = prints(program(...args).stdout)
  expect(Object.keys(there[0]!)).toEqual(['1', '2', '3'])
  expect(prints((await rehearsal(...args)).out)).toEqual(there)
})

describe('a pipe', () => {
  test('gets all of a result, however long', () => {
    const { stdout, status } = program('run', 'small.yaml', '--seeds', '100', '--json', '--no-html')
    // A pipe holds 64 KiB at once.
    expect(stdout.length).toBeGreaterThan(2 * 65_536)
    expect(stdout).toBe(readFileSync('reports/small/result.json', 'utf8'))
    expect(status).toBe(0)
  })

  // `true` has ended long before there is something to read.
  test('that nobody reads is no error', () => {
    expect(shell('rehearsal list | true')).toMatchObject({ status: 0, stderr: '' })
  })

  test('that nobody reads stops nothing: all is run and written, and ends as it ends', () => {
    const { status, stderr } = shell('rehearsal run small.yaml other.yaml --no-html --out piped | true')
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    expect(filesIn('piped')).toEqual(['result.json', 'result.json'])
  })
})

test('a limit of time ends a coordinator that never comes to its end', () => {
  writeFileSync(
    'stuck.js',
    `import { defineCoordinator } from 'rehearsal'
export default defineCoordinator({
  name: 'stuck', meaning: 'never comes to its end', parameters: {}, metrics: {},
  create: () => ({ *start() { for (;;); } }),
})
`,
  )
  writeFileSync(
    'stuck.yaml',
    'name: stuck\nhosts: { box: {} }\ncoordinators: { queen: { module: ./stuck.js, on: box } }\n',
  )
  const args = ['run', 'stuck.yaml', '--allow-modules', '--time-limit', '3s', '--no-html']
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    timeout: 50_000,
  })
  expect({ status, stderr }).toEqual({ status: 5, stderr: expect.stringContaining('by the time limit') })
}, 60_000)

describe('Ctrl-C', () => {
  test('ends a long run at once, as the signal does, and leaves whole files', async () => {
    const child = spawn(process.execPath, [
      MAIN,
      'run',
      'small.yaml',
      'endless.yaml',
      '--no-html',
      '--out',
      'cut',
    ])
    // The first scenario's last line: from then on the second runs.
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        if (data.includes('wrote')) resolve()
      })
    })
    child.kill('SIGINT')
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.on('exit', (code, signal) => resolve([code, signal]))
    })
    // A shell calls this 130.
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGINT' })
    expect(filesIn('cut')).toEqual(['result.json'])
    expect((JSON.parse(readFileSync('cut/small/result.json', 'utf8')) as Result).scenario.name).toBe('small')
  })

  test('waits for a file that is being written, and then ends the process', () => {
    const code = `
      import { writeFileSync } from 'node:fs'
      import { unbroken } from '${FILES}'
      await unbroken(() => {
        process.kill(process.pid, 'SIGINT')
        const until = performance.now() + 50
        while (performance.now() < until);
        writeFileSync('whole', '')
      })
      await new Promise((resolve) => setTimeout(resolve, 5000))
      writeFileSync('after', '')`
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', code])
    expect(signal).toBe('SIGINT')
    expect(existsSync('whole')).toBe(true)
    expect(existsSync('after')).toBe(false)
  })
})
