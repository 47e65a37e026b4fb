// `rehearsal run` and `report`: what is written and printed, and how it ends.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Result } from '../../src/results/result.ts'
import { inEmptyFolder, rehearsal, SMALL, smallCalled } from './session.ts'

inEmptyFolder()

beforeAll(() => {
  writeFileSync('small.yaml', SMALL)
  writeFileSync('fails.yaml', smallCalled('fails', 'expect:\n  - { metric: latency.mean, below: 1ns }\n'))
  // Jobs have no tokens, so there is no time to the first.
  writeFileSync('absent.yaml', smallCalled('absent', 'expect:\n  - { metric: ttft.mean, below: 1s }\n'))
  writeFileSync('endless.yaml', smallCalled('endless').replace('duration: 10s', 'duration: 1h'))
})

const text = (path: string): string => readFileSync(path, 'utf8')
const withoutProvenance = (json: string): unknown => ({ ...JSON.parse(json), provenance: undefined })

describe('run', () => {
  test('prints a summary, and leaves a result and a page', async () => {
    const { code, out, err } = await rehearsal('run', 'small.yaml', '--out', 'a folder/ümläut')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^A small one\nsmall · 1 seed\n/)
    expect(out).toMatch(
      /wrote a folder\/ümläut\/small\/result\.json\nwrote a folder\/ümläut\/small\/report\.html\n$/,
    )
    expect(text('a folder/ümläut/small/report.html')).toMatch(/^<!doctype html>/i)
  })

  test('twice gives the same bytes, but for the provenance', async () => {
    await rehearsal('run', 'small.yaml', '--seeds', '3', '--no-html', '--out', 'first')
    await rehearsal('run', 'small.yaml', '--seeds', '3', '--no-html', '--out', 'second')
    const [first, second] = ['first', 'second'].map((out) => text(`${out}/small/result.json`))
    expect(withoutProvenance(first!)).toEqual(withoutProvenance(second!))
    const bytes = (json: string) => json.replace(/\n "provenance": \{[^}]*\}/, '')
    expect(bytes(first!)).toBe(bytes(second!))
    expect(bytes(first!)).not.toBe(first)
    expect(existsSync('first/small/report.html')).toBe(false)
  })

  test('with --json prints the result file and nothing else', async () => {
    const { code, out, err } = await rehearsal('run', 'fails.yaml', '--json', '--out', 'json')
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toBe(text('json/fails/result.json'))
    expect((JSON.parse(out) as Result).scenario.name).toBe('fails')
  })

  test('with --quiet prints what went wrong and nothing else', async () => {
    expect(await rehearsal('run', 'small.yaml', '--quiet', '--no-html')).toEqual({
      code: 0,
      out: '',
      err: '',
    })
    // Little's law, memory, cores and the expectation.
    expect(await rehearsal('run', 'small.yaml', 'fails.yaml', '--quiet', '--no-html')).toEqual({
      code: 1,
      out: '',
      err: 'fails: 1 of 4 checks failed; see reports/fails/result.json\n',
    })
    expect((await rehearsal('run', 'absent.yaml', '--quiet', '--no-html')).err).toBe(
      'absent: an expectation cannot be told; see reports/absent/result.json\n',
    )
  })

  test('ends in 1 where an expectation fails, in 3 where it cannot be told, and a failure outweighs', async () => {
    const run = async (...files: string[]) => (await rehearsal('run', ...files, '--quiet', '--no-html')).code
    expect(await run('small.yaml')).toBe(0)
    expect(await run('fails.yaml')).toBe(1)
    expect(await run('absent.yaml')).toBe(3)
    expect(await run('small.yaml', 'absent.yaml')).toBe(3)
    expect(await run('absent.yaml', 'fails.yaml')).toBe(1)
  })

  test('of several scenarios ends in a summary of all', async () => {
    const { code, out } = await rehearsal('run', 'small.yaml', 'fails.yaml', 'absent.yaml', '--no-html')
    expect(code).toBe(1)
    expect(out.split('\n\n').at(-1)).toMatchInlineSnapshot(`
      "3 scenarios: 1 pass, 1 fail, 1 inconclusive
        fail          fails  reports/fails/result.json
        inconclusive  absent  reports/absent/result.json
      "
    `)
    expect((await rehearsal('run', 'small.yaml', '--no-html')).out).not.toContain('1 scenario')
  })

  test('takes seeds and values from the command line, of which the last wins', async () => {
    const { out } = await rehearsal(
      ...['run', 'small.yaml', '--json', '--no-html', '--seeds', '7,blue', '--set', 'measure.duration=5s'],
      ...['--set=hosts.box.cores=3', '--set', 'measure.duration=6s'],
    )
    const { scenario, variants } = JSON.parse(out) as Result
    expect(variants[0]!.seeds).toEqual(['7', 'blue'])
    expect(scenario.resolved).toMatchObject({ measure: { duration: '6s' }, hosts: { box: { cores: 3 } } })
  })

  test('gives up at the limit of time and of events with 5, and writes nothing of what it gave up', async () => {
    const late = await rehearsal(
      'run',
      'endless.yaml',
      '--seeds',
      '1000',
      '--time-limit',
      '1ms',
      '--out',
      'late',
    )
    expect(late.code).toBe(5)
    expect(late.err).toMatch(/^endless: stopped by the time limit.*\n {2}nothing of it is written\n$/)
    const many = await rehearsal(
      'run',
      'small.yaml',
      'fails.yaml',
      '--set',
      'measure.events=50',
      '--out',
      'late',
    )
    expect(many).toMatchObject({ code: 5, out: '' })
    expect(many.err).toMatch(
      /^small: stopped after 50 events: .*; raise measure\.events.*\n.*; 1 more not run\n$/,
    )
    expect(existsSync('late')).toBe(false)
  })

  test('with --verify and --checked finds the same', async () => {
    const plain = await rehearsal('run', 'small.yaml', '--json', '--no-html')
    const verified = await rehearsal('run', 'small.yaml', '--json', '--no-html', '--verify', '--checked')
    expect(withoutProvenance(verified.out)).toEqual(withoutProvenance(plain.out))
  })
})

describe('report', () => {
  test('makes the same page, charts and summary of a result each time', async () => {
    await rehearsal('run', 'small.yaml', '--no-html', '--out', 'results')
    const result = 'results/small/result.json'
    const first = await rehearsal('report', result, '--out', 'x')
    const second = await rehearsal('report', result, '--out', 'x2')
    expect(first.code).toBe(0)
    expect(second.out).toBe(first.out.replaceAll('wrote x/', 'wrote x2/'))
    const written = [...first.out.matchAll(/^wrote x\/(.*)$/gm)].map(([, path]) => path!)
    expect(written[0]).toBe('report.html')
    expect(written.filter((path) => path.startsWith('charts/')).length).toBeGreaterThan(3)
    for (const path of written) expect(text(`x2/${path}`)).toBe(text(`x/${path}`))
  })

  test('prints the summary alone, or the result as it is', async () => {
    const result = 'results/small/result.json'
    const shown = await rehearsal('report', result, '--format', 'terminal')
    expect(shown.out).toMatch(/^A small one\n/)
    expect(shown.out).not.toContain('wrote')
    expect((await rehearsal('report', result, '--format', 'json')).out).toBe(text(result))
  })

  test('writes beside the result where nothing else is said', async () => {
    const { out } = await rehearsal('report', 'results/small/result.json', '--format', 'html')
    expect(out).toBe('wrote results/small/report.html\n')
  })
})
