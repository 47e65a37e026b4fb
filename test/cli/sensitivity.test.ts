// `rehearsal sensitivity` against the derivatives of M/M/1, and what it refuses.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder, rehearsal, smallCalled } from './session.ts'

const ERLANG = join(import.meta.dirname, '../../scenarios/theory/erlang-limit.yaml')

inEmptyFolder()

beforeAll(() => {
  writeFileSync('quick.yaml', smallCalled('quick', 'seeds: 3\n'))
  writeFileSync(
    'matrix.yaml',
    smallCalled(
      'matrix',
      'matrix: { workload.arrivals.rate: [5/s, 15/s], workload.timeout: [1min, 2min] }\n',
    ),
  )
})

const RATE = ['--vary', 'workload.arrivals.rate=5/s..15/s'] as const
const SERVICE = ['--vary', 'services.station.service.mean=40ms..60ms'] as const
const LATENCY = ['--metric', 'latency.mean'] as const

test('M/M/1’s latency hangs on arrivals and service as its derivatives say', async () => {
  // W = s / (1 − λ s). With λ = 0.5/s and s = 1 s both derivatives are 4: dW/dλ = W² and dW/ds = 1 / (1 − λ s)².
  const one = ['--set', 'servers=1', '--set', 'arrivals=0.5'].map((each) =>
    each.replace(/^(servers|arrivals)/, 'parameters.$1'),
  )
  const vary = ['--vary', 'arrivals=0.45..0.55', '--vary', 'services.queue.service.mean=0.9s..1.1s'] as const
  const { code, out } = await rehearsal('sensitivity', ERLANG, ...one, ...LATENCY, ...vary, '--json')
  expect(code).toBe(0)
  const { inputs, base } = JSON.parse(out)
  expect(Math.abs(base / 2e9 - 1)).toBeLessThan(0.05)
  const swing = (name: string) => inputs.find((input: { name: string }) => input.name === name).effect
  const arrivals = swing('arrivals')
  const service = swing('services.queue.service.mean')
  expect(Math.abs(arrivals.swing / 1e9 / 0.1 / 4 - 1)).toBeLessThan(0.15)
  expect(Math.abs(service.swing / 1e9 / 0.2 / 4 - 1)).toBeLessThan(0.15)
  // The closed forms at the ends: 1 / 0.45 − 1 / 0.55, and 0.9 / 0.55 against 1.1 / 0.45.
  const between = ([low, high]: readonly number[], expected: number) =>
    low! < expected * 1e9 && expected * 1e9 < high!
  expect(between(arrivals.interval, 0.404)).toBe(true)
  expect(between(service.interval, 0.8081)).toBe(true)
})

describe('what is said and left', () => {
  test('how many runs it takes, before and after, and a tornado with most effect first', async () => {
    const { code, out, err } = await rehearsal('sensitivity', 'quick.yaml', ...LATENCY, ...SERVICE, ...RATE)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^5 points with 3 seeds each: 15 runs\nA small one\nquick · latency\.mean is \d/)
    expect(out).toMatch(/\n {2}workload\.arr\S* +5\/s +15\/s .*│.*\n {2}services\.sta\S* +40ms +60ms .*│/)
    expect(out).toMatch(
      /\n {2}15 runs, the same seeds at every point\nwrote reports\/quick\/sensitivity\.json\nwrote reports\/quick\/sensitivity\.html\nwrote reports\/quick\/sensitivity\.svg\n$/,
    )
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(readFileSync('reports/quick/sensitivity.svg', 'utf8')).toMatch(
      /^<svg [^>]*>.*workload\.arrivals\.rate/,
    )
  })

  test.each(['morris', 'sobol'])('%s, twice, gives the same bytes', async (method) => {
    const screen = () =>
      rehearsal(
        'sensitivity',
        'quick.yaml',
        ...LATENCY,
        ...RATE,
        ...SERVICE,
        '--method',
        method,
        '--points',
        '4',
        '--json',
      )
    const first = await screen()
    expect(first.code).toBe(0)
    expect(first.err).toMatch(/^\d+ points with 3 seeds each: \d+ runs\n$/)
    expect((await screen()).out).toBe(first.out)
    expect(readFileSync('reports/quick/sensitivity.json', 'utf8')).toBe(first.out)
    const { inputs, runs, settings } = JSON.parse(first.out)
    expect(runs).toBe(3 * settings.length)
    expect(inputs.map(({ effect }: { effect: { method: string } }) => effect.method)).toEqual([
      method,
      method,
    ])
  })

  test('the figures at its points are those that a run gives there', async () => {
    const { out } = await rehearsal('sensitivity', 'quick.yaml', ...LATENCY, ...RATE, '--json')
    const { settings } = JSON.parse(out)
    for (const [i, rate] of ['10/s', '5/s', '15/s'].entries()) {
      const run = await rehearsal(
        'run',
        'quick.yaml',
        '--set',
        `workload.arrivals.rate=${rate}`,
        '--json',
        '--no-html',
      )
      expect(settings[i].figure).toBe(JSON.parse(run.out).variants[0].metrics['latency.mean'].value)
    }
  })

  test('of a matrix one variant is the base, and an axis can be varied', async () => {
    const named = ['--variant', 'workload.arrivals.rate=15/s workload.timeout=1min'] as const
    const { code, out } = await rehearsal(
      'sensitivity',
      'matrix.yaml',
      ...LATENCY,
      ...RATE,
      ...named,
      '--json',
    )
    expect(code).toBe(0)
    const { base, settings } = JSON.parse(out)
    expect(settings.length).toBe(3)
    expect(base).toBe(settings[2].figure)
    expect(base).toBeGreaterThan(settings[1].figure)
  })

  test('ends in 3 where the metric is absent', async () => {
    const absent = ['--metric', 'ttft.p95', ...RATE] as const
    const { code, out } = await rehearsal('sensitivity', 'quick.yaml', ...absent)
    expect(code).toBe(3)
    expect(out).toContain('absent')
    const sobol = await rehearsal(
      'sensitivity',
      'quick.yaml',
      ...absent,
      '--method',
      'sobol',
      '--points',
      '2',
    )
    expect(sobol.code).toBe(3)
    expect(sobol.err).toMatch(
      /ttft\.p95 is absent at 4 of 4 points, such as workload\.arrivals\.rate=[\d.]+\/s/,
    )
  })
})

describe('what is refused', () => {
  test.each([
    [['quick.yaml', ...RATE], 'missing --metric'],
    [['quick.yaml', ...LATENCY], 'missing --vary'],
    [['quick.yaml', '--metric', 'latency.p59', ...RATE], 'did you mean "latency.p50"?'],
    [['quick.yaml', ...LATENCY, '--vary', 'slots=1..2'], 'unknown parameter: slots; the scenario has none'],
    [['quick.yaml', ...LATENCY, ...RATE, ...RATE], 'is given twice'],
    [['quick.yaml', ...LATENCY, ...RATE, '--method', 'sobl'], 'did you mean "sobol"?'],
    [['quick.yaml', ...LATENCY, ...RATE, '--points', '1'], 'invalid --points: 1'],
    [['matrix.yaml', ...LATENCY, ...RATE], 'has 4 variants, and none is named'],
    [['matrix.yaml', ...LATENCY, ...RATE, '--variant', 'x'], 'unknown variant: x'],
  ])('%j', async (args, message) => {
    const { code, out, err } = await rehearsal('sensitivity', ...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(message)
  })
})
