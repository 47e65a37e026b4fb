import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Result } from '../../src/results/result.ts'
import { inEmptyFolder, rehearsal, SMALL, smallCalled } from './session.ts'

inEmptyFolder()

const VALUES = [100, 101, 99, 100, 102, 98, 100, 101, 110, 111, 109, 110, 112, 108, 110, 111]

/** Sixteen results of a scenario: from the ninth on its mean latency is a tenth above what it was. */
beforeAll(async () => {
  writeFileSync('small.yaml', SMALL.replace('A small one', 'A <b>small</b> one'))
  writeFileSync('other.yaml', smallCalled('other'))
  for (const [file, out] of [
    ['small.yaml', 'out'],
    ['other.yaml', 'others'],
  ])
    await rehearsal('run', file!, '--quiet', '--no-html', '--out', out!)
  const result = JSON.parse(readFileSync('out/small/result.json', 'utf8')) as Result
  const [variant] = result.variants
  for (const [i, value] of VALUES.entries()) {
    const metrics = {
      ...variant!.metrics,
      'latency.mean': { ...variant!.metrics['latency.mean']!, value: value * 1e6, samples: [value * 1e6] },
    }
    const day = String(i + 1).padStart(2, '0')
    const provenance = {
      ...result.provenance,
      created: `2026-10-${day}T12:00:00.000Z`,
      commit: `${i + 10}aaaaaaaaaa`,
    }
    // The folders' order is not that of time.
    const folder = `history/${(i * 7) % 16}`
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      `${folder}/result.json`,
      JSON.stringify({ ...result, variants: [{ ...variant, metrics }], provenance }),
    )
  }
})

const LATENCY = ['--metric', 'latency.mean']

describe('a trend', () => {
  test('shows the change with its date, its commit, its size and whether it is good, in 80 columns', async () => {
    const { code, out } = await rehearsal('trend', 'history', ...LATENCY)
    expect(code).toBe(0)
    // The mean of the first eight is 100.125, of the others 110.125: 10 of 100.125 is 9.99 %. Each side's variance is 1.55, √(2 × 1.55 / 8)
    // is 0.62, and Student's 2.14 with 14 degrees of freedom makes it 1.33.
    expect(out).toMatch(/latency\.mean\s+2026-10-09 18aaaaaa\s+\+10\.0 ± 1\.3 %\s+worse/)
    expect(out).toMatch(/▃▅▁|▂/)
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true)
  })

  test('without a metric follows what matters most, and calls nothing a change where there is none', async () => {
    const { out } = await rehearsal('trend', 'history')
    expect(out).toMatch(/latency\.p95 .* none/)
    expect(out.match(/worse|better/g)).toHaveLength(1)
  })

  test('as JSON and as a page is the same bytes each time', async () => {
    const json = async () => (await rehearsal('trend', 'history', ...LATENCY, '--json')).out
    const page = async () => {
      await rehearsal('trend', 'history', ...LATENCY, '--out', 'pages')
      return readFileSync('pages/small/trend.html', 'utf8')
    }
    const [found, shown] = [await json(), await page()]
    expect(JSON.parse(found)).toMatchObject({
      schema: 'rehearsal/trend/1',
      trends: [{ metric: 'latency.mean', steps: [{ at: 8 }] }],
    })
    expect([await json(), await page()]).toEqual([found, shown])
  })

  test('its page asks nothing of anybody, and what a scenario says is text in it', async () => {
    await rehearsal('trend', 'history', '--out', 'pages')
    const page = readFileSync('pages/small/trend.html', 'utf8')
    expect(page).toContain("default-src 'none'")
    expect(page).not.toMatch(/<script|<b>small|\b(?:src|href)="(?!#|data:)|url\(|@import/)
    expect(page).toContain('A &lt;b&gt;small&lt;/b&gt; one')
    expect(page).toMatch(/<svg[^>]*role="img"/)
    expect(page).toContain('<span class="mark bad">worse</span>')
  })
})

describe('the history of baselines', () => {
  /** Accepted twelve times: 50 ms, from the seventh on 60 ms; now and then nothing of it has changed. */
  const accept = () => {
    mkdirSync('baselines', { recursive: true })
    const metric = { class: 'exact', unit: 'ns', better: 'lower', value: 60e6, samples: { 1: 60e6 } }
    const baseline = {
      schema: 'rehearsal/baseline/1',
      accepted: { commit: null, reason: 'a test' },
      scenario: { name: 'small', file: null, hash: 'abc' },
      tool: { version: '1', result: 'rehearsal/result/1' },
      variants: {
        small: { seeds: ['1'], costs: null, fingerprints: { 1: 'f' }, metrics: { 'latency.mean': metric } },
      },
    }
    writeFileSync('baselines/small.json', JSON.stringify(baseline))
    const line = (i: number) => {
      const changed =
        i === 0 || i === 6
          ? [{ variant: 'small', metric: 'latency.mean', from: null, to: i < 6 ? 50e6 : 60e6 }]
          : []
      const when = `2026-09-${String(i + 10)}T00:00:00.000Z`
      const commit = `${i + 10}bbbbbbbbbb`
      return JSON.stringify({ name: 'small', when, who: null, commit, reason: 'r', first: i === 0, changed })
    }
    const lines = Array.from({ length: 12 }, (_, i) => line(i))
    writeFileSync('baselines/HISTORY.ndjson', `${lines.join('\n')}\n`)
  }

  test('is a trend by itself, each figure as it was after each acceptance', async () => {
    accept()
    const { code, out } = await rehearsal('trend', 'baselines/HISTORY.ndjson')
    expect(code).toBe(0)
    expect(out).toMatch(/latency\.mean\s+2026-09-16 16bbbbbb\s+\+20\.0 ± 0 %\s+worse/)
  })

  test('is in the order of time, whatever a merge has made of the lines, and has the figures of the first acceptance', async () => {
    accept()
    const file = 'baselines/HISTORY.ndjson'
    const [first, ...others] = readFileSync(file, 'utf8').trimEnd().split('\n')
    const told = others.map((line) => line.replace('"from":null', '"from":50000000'))
    const untold = first!.replace(/"changed":\[.*\]/, '"changed":[]')
    writeFileSync(file, `${[...told.reverse(), untold].join('\n')}\n`)
    const { out } = await rehearsal('trend', 'baselines', '--json')
    expect(JSON.parse(out).trends[0].points.map(({ value }: { value: number }) => value)).toEqual([
      ...Array(6).fill(50e6),
      ...Array(6).fill(60e6),
    ])
  })

  test('goes before the results that came later', async () => {
    accept()
    const { out } = await rehearsal('trend', 'baselines/HISTORY.ndjson', 'history', ...LATENCY)
    expect(out).toContain('28 results, 2026-09-10 10bbbbbb to 2026-10-16 25aaaaaa')
  })

  test('without baselines beside it is refused', async () => {
    expect(await rehearsal('trend', 'nowhere/HISTORY.ndjson')).toMatchObject({
      code: 2,
      err: expect.stringContaining('baseline accept'),
    })
  })
})

describe('mistakes', () => {
  test('several scenarios at once are refused with the mend, and one of them is followed by name', async () => {
    const both = ['history', 'others/other/result.json']
    expect(await rehearsal('trend', ...both)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--scenario NAME'),
    })
    expect((await rehearsal('trend', ...both, ...LATENCY, '--scenario', 'small')).code).toBe(0)
  })

  test('a metric, an order, a scenario, a share or a folder that is not right is named', async () => {
    for (const [more, said] of [
      [['--metric', 'latency.men'], 'latency.mean'],
      [['--by', 'date'], 'created, commit'],
      [['--scenario', 'smal'], 'small'],
      [['--significance', '2'], '--significance'],
      [['--by', 'commit'], 'commit'],
    ] as const)
      expect(await rehearsal('trend', 'history', ...more)).toMatchObject({
        code: 2,
        err: expect.stringContaining(said),
      })
    mkdirSync('empty')
    expect(await rehearsal('trend', 'empty')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no result.json'),
    })
  })

  test('one result alone is inconclusive', async () => {
    expect(await rehearsal('trend', 'out/small/result.json')).toMatchObject({
      code: 3,
      err: expect.stringContaining('one result alone has no trend'),
    })
  })
})
