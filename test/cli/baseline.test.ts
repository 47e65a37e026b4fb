// Accepting figures, and what is left of it: a file to commit, a line of history, a table to read.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseBaseline } from '../../src/results/baseline.ts'
import { parseHistory } from '../../src/results/baseline-history.ts'
import { inEmptyFolder, rehearsal, SMALL, smallCalled } from './session.ts'

inEmptyFolder()

const SMALL_BASELINE = 'results/baselines/small.json'
const HISTORY = 'results/baselines/HISTORY.ndjson'
const accept = (...args: string[]) => rehearsal('baseline', 'accept', ...args)

beforeAll(async () => {
  writeFileSync('small.yaml', SMALL)
  expect(await accept('small.yaml', '--seeds', '3', '--reason', 'first figures')).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /^accepted results\/baselines\/small\.json: \d+ figures, 1 variant, 3 seeds\n$/,
    ),
  })
}, 60_000)

describe('what is accepted', () => {
  test('is kept by seed, with fingerprints, and the same bytes each time', async () => {
    const bytes = readFileSync(SMALL_BASELINE, 'utf8')
    const { scenario, accepted, variants } = parseBaseline(bytes, SMALL_BASELINE)
    expect(scenario).toMatchObject({ name: 'small', file: 'small.yaml' })
    expect(accepted).toEqual({ commit: null, reason: 'first figures' })
    expect(variants.small!.seeds).toEqual(['1', '2', '3'])
    expect(variants.small!.metrics['latency.p95']).toMatchObject({
      class: 'sampled',
      better: 'lower',
      unit: 'ns',
    })
    await accept('small.yaml', '--seeds', '3', '--reason', 'first figures', '--out', 'again')
    expect(readFileSync('again/small.json', 'utf8')).toBe(bytes)
  })

  test('may be the figures of a result, which are those of a run', async () => {
    await rehearsal('run', 'small.yaml', '--seeds', '3', '--no-html', '--quiet')
    await accept('reports/small/result.json', '--reason', 'r', '--out', 'other')
    const [ran, read] = [SMALL_BASELINE, 'other/small.json'].map((path) =>
      parseBaseline(readFileSync(path, 'utf8'), path),
    )
    expect(read!.variants).toEqual(ran!.variants)
    expect(read!.scenario).toEqual({ ...ran!.scenario, file: null })
  })

  test('is told with what changed, and leaves a line of history each time', async () => {
    writeFileSync('told.yaml', smallCalled('told'))
    await accept('told.yaml', '--reason', 'one', '--out', 'told')
    writeFileSync('told.yaml', smallCalled('told').replace('mean: 50ms', 'mean: 60ms'))
    const { out } = await accept('told.yaml', '--reason', 'two', '--out', 'told')
    expect(out).toMatch(/figures changed\n[\s\S]*latency\.p95 {2}\S+ ms → \S+ ms/)
    const history = parseHistory(readFileSync('told/HISTORY.ndjson', 'utf8'), 'history')
    expect(history.map(({ reason, first, changed }) => [reason, first, changed.length > 0])).toEqual([
      ['one', true, false],
      ['two', false, true],
    ])
    const p95 = history[1]!.changed.find(({ metric }) => metric === 'latency.p95')!
    expect(p95.to).toBeGreaterThan(p95.from!)
  })

  test('on other seeds than before is told to be', async () => {
    const kept = (...args: string[]) => accept('small.yaml', '--reason', 'r', '--out', 'seeds', ...args)
    await kept('--seeds', '3')
    expect((await kept('--seeds', '4,5,6')).out).toMatch(
      /3 seeds, other seeds than before \(3\), \d+ figures changed/,
    )
    expect((await kept('--seed', '4')).out).toContain('1 seed, other seeds than before (3), ')
    expect((await kept('--seed', '4')).out).toContain('1 seed, 0 figures changed')
  })

  test('is shown, all together and one by one, in 80 columns', async () => {
    const all = await rehearsal('baseline', 'show')
    expect(all.out).toMatch(/small +1 +3 .*first figures/)
    const one = await rehearsal('baseline', 'show', 'small')
    expect(one.out).toMatch(/latency\.p95 +\S+ ms +lower +sampled/)
    expect(one.out).toContain('first figures (first)')
    expect(`${all.out}${one.out}`.split('\n').every((line) => line.length <= 80)).toBe(true)
  })

  test('with too few seeds to tell a change from chance comes with the number that would', async () => {
    expect((await accept('small.yaml', '--seeds', '3', '--reason', 'r', '--out', 'few')).err).toMatch(
      /accept with --seeds \d+/,
    )
    expect((await accept('small.yaml', '--seed', '1', '--reason', 'r', '--out', 'few')).err).toBe('')
  })
})

describe('a merge', () => {
  const folder = 'merged'
  const merged = (...args: string[]) => accept('small.yaml', '--seed', '1', '--out', folder, ...args)
  const history = `${folder}/HISTORY.ndjson`

  test('in conflict over a baseline is ended by accepting anew', async () => {
    await merged('--reason', 'one')
    const bytes = readFileSync(`${folder}/small.json`, 'utf8')
    writeFileSync(`${folder}/small.json`, `<<<<<<< HEAD\n${bytes}=======\n${bytes}>>>>>>> other\n`)
    expect(await rehearsal('gate', 'small.yaml', '--baselines', folder)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/has a merge conflict[\s\S]*rehearsal baseline accept SCENARIO/),
    })
    expect(await merged('--reason', 'both')).toMatchObject({
      code: 0,
      err: expect.stringContaining('could not be read, and is replaced'),
    })
    expect(await rehearsal('gate', 'small.yaml', '--baselines', folder)).toMatchObject({ code: 0 })
  })

  test('in conflict over the history is told before anything is added to it, with the mend', async () => {
    const bytes = readFileSync(history, 'utf8')
    writeFileSync(history, `<<<<<<< HEAD\n${bytes}=======\n${bytes}>>>>>>> other\n`)
    const broken = readFileSync(history, 'utf8')
    expect(await merged('--reason', 'more')).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /HISTORY\.ndjson:1 is the mark of a merge conflict[\s\S]*keep the lines of both sides[\s\S]*merge=union/,
      ),
    })
    expect(readFileSync(history, 'utf8')).toBe(broken)
    writeFileSync(history, bytes)
  })

  test('that left the history in another order is shown in that of time', async () => {
    const lines = readFileSync(history, 'utf8').trimEnd().split('\n')
    writeFileSync(history, `${lines.reverse().join('\n')}\n`)
    const { out } = await rehearsal('baseline', 'show', 'small', '--out', folder)
    expect(out).toMatch(/: one \(first\)[\s\S]*: both /)
  })
})

describe('what is refused', () => {
  test('is an acceptance without a reason, or of nothing', async () => {
    expect(await accept('small.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('missing --reason'),
    })
    expect(await accept('--reason', 'r')).toMatchObject({
      code: 2,
      err: expect.stringContaining('missing what'),
    })
    expect(await rehearsal('baseline', 'acept', 'x')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "accept"?'),
    })
  })

  test('is a scenario of which not everything holds; nothing is written then', async () => {
    writeFileSync('failing.yaml', smallCalled('failing', 'expect: [{ metric: latency.p95, below: 1ms }]\n'))
    const { code, err } = await accept('small.yaml', 'failing.yaml', '--reason', 'r', '--out', 'never')
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^nothing was accepted[\s\S]*failing: expect: latency\.p95 below 1 ms: /),
    })
    expect(existsSync('never')).toBe(false)
  })

  test('is two of one name at once', async () => {
    writeFileSync('twin.yaml', SMALL)
    expect(await accept('small.yaml', 'twin.yaml', '--reason', 'r')).toMatchObject({
      code: 2,
      err: expect.stringContaining('would both write'),
    })
  })

  test('is an unknown name, and a baseline that is none', async () => {
    expect(await rehearsal('baseline', 'show', 'smal')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "small"?'),
    })
    writeFileSync('few/small.json', '{')
    expect(await rehearsal('baseline', 'show', '--out', 'few')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is not JSON'),
    })
    writeFileSync('few/other.json', '[]')
    const { err } = await rehearsal('gate', '--baselines', 'few')
    expect(err).toMatch(/few\/other\.json is no baseline[\s\S]*few\/small\.json is not JSON[\s\S]*2 mistakes/)
    // Of one scenario alone the others are not read.
    expect(await rehearsal('gate', 'told.yaml', '--baselines', 'few')).toMatchObject({ code: 3, err: '' })
    expect(await rehearsal('gate', '--baselines', 'small.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('small.yaml is a file; expected a folder of baselines'),
    })
    expect(readFileSync(HISTORY, 'utf8').split('\n')).toHaveLength(2)
  })
})
