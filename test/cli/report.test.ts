// `rehearsal report`: charts as files for documents.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { renderSvgs } from '../../src/report/svg.ts'
import { canonicalJson } from '../../src/results/canonical.ts'
import type { Result } from '../../src/results/result.ts'
import { hostile, loads, matrix, queueing } from '../report/sample-results.ts'
import { inEmptyFolder, rehearsal, SMALL, smallCalled } from './session.ts'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

inEmptyFolder()

/** As a result file must be: a sample and a fingerprint for each seed. */
const whole = (result: Result): Result => ({
  ...result,
  variants: result.variants.map((variant) => ({
    ...variant,
    metrics: Object.fromEntries(
      Object.entries(variant.metrics).map(([name, metric]) => [
        name,
        { ...metric, samples: variant.seeds.map(() => metric.value) },
      ]),
    ),
    fingerprints: Object.fromEntries(variant.seeds.map((seed) => [seed, '0123456789abcdef'])),
  })),
})

beforeAll(() => {
  for (const [name, sample] of Object.entries({ hostile, loads, matrix, queueing }))
    writeFileSync(`${name}.json`, canonicalJson(whole(sample())))
})

/** Width and height, as the header of a PNG has them. */
function sizeOf(png: Buffer): readonly [width: number, height: number] {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  return [png.readUInt32BE(16), png.readUInt32BE(20)]
}

describe('--charts', () => {
  test('takes names, beginnings of them and names of drawings, with commas or again', async () => {
    const { code, out, err } = await rehearsal(
      'report',
      'loads.json',
      '--charts',
      'latency-p,thr',
      '--charts',
      'variants-2',
      '--out',
      'chosen',
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const written = readdirSync('chosen/charts')
    expect(written).toEqual(['latency-percentiles.svg', 'throughput.svg', 'variants-2-throughput.svg'])
    expect(out.split('\n').filter(Boolean).sort()).toEqual(
      written.map((name) => `wrote chosen/charts/${name}`),
    )
  })

  test('a chart is the same bytes alone as among all', async () => {
    await rehearsal('report', 'loads.json', '--charts', 'queue-depth', '--out', 'alone')
    const { svg } = (await renderSvgs(whole(loads()))).find(({ name }) => name === 'queue-depth')!
    expect(readFileSync('alone/charts/queue-depth.svg', 'utf8')).toBe(svg)
  })

  test('what is no chart is told with the nearest that is', async () => {
    const { code, out, err } = await rehearsal('report', 'loads.json', '--charts', 'speedpu,latency')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(
      /^unknown chart: speedpu; known: .*latency-percentiles.*\n {2}did you mean "speedup"\?\n$/,
    )
  })

  test('what this result has nothing of ends in 3, when the others are written', async () => {
    const { code, out, err } = await rehearsal(
      'report',
      'queueing.json',
      '--charts',
      'speedup,thr',
      '--out',
      'some',
    )
    expect({ code, out }).toEqual({ code: 3, out: 'wrote some/charts/throughput.svg\n' })
    expect(err).toMatch(
      /^--charts speedup: this result has nothing to draw for it; it has latency-breakdown, /,
    )
  })

  test.each([
    [['--charts', 'speedup', '--format', 'html'], /^--charts is given with --format html/],
    [['--charts', ','], /^missing value of --charts/],
    [['--format', 'svg,jpg'], /^unknown format: jpg; known: terminal, html, json, svg, png, csv\n/],
    [['--width', '800'], /^--width is given without --format png/],
    [
      ['--format', 'png', '--width', '8'],
      /^invalid --width: 8; expected a whole number of pixels from 64 to 8,192/,
    ],
    [['--format', 'json,png'], /^--format json is given with others/],
  ])('%j is refused', async (args, message) => {
    const { code, err } = await rehearsal('report', 'loads.json', ...args)
    expect(code).toBe(2)
    expect(err).toMatch(message)
  })

  test('`list charts` has each with its meaning', async () => {
    const { code, out } = await rehearsal('list', 'charts')
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}speedup +What does one more buy\?$/m)
    expect((await rehearsal('list', 'charts', 'speedup')).out).toMatch(/^speedup: What does one more buy\?\n/)
  })
})

describe('PNG', () => {
  test('is twice the drawing, or as wide as is asked, and light', async () => {
    const report = (out: string, ...more: readonly string[]) =>
      rehearsal(
        'report',
        'loads.json',
        '--charts',
        'throughput',
        '--format',
        'svg,png',
        '--out',
        out,
        ...more,
      )
    expect((await report('double')).code).toBe(0)
    const svg = readFileSync('double/charts/throughput.svg', 'utf8')
    const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)!.map(Number)
    expect(sizeOf(readFileSync('double/charts/throughput.png'))).toEqual([2 * width!, 2 * height!])
    await report('wide', '--width', '700')
    expect(sizeOf(readFileSync('wide/charts/throughput.png'))[0]).toBe(700)
  })

  test('another process makes the same bytes of every format', async () => {
    const args = ['report', 'matrix.json', '--charts', 'speedup', '--format', 'svg,png,csv', '--out'] as const
    await rehearsal(...args, 'here')
    const files = readdirSync('here/charts')
    expect(files.length).toBeGreaterThanOrEqual(3)
    expect(spawnSync(process.execPath, [MAIN, ...args, 'there'], { encoding: 'utf8' }).stderr).toBe('')
    for (const file of files)
      expect(readFileSync(`there/charts/${file}`).equals(readFileSync(`here/charts/${file}`)), file).toBe(
        true,
      )
  })

  test('characters that the font lacks are told', async () => {
    const named = {
      ...loads(),
      variants: loads().variants.map((each, i) => ({
        ...each,
        name: `幅${i}`,
        parameters: { 幅: `α${i}ж` },
      })),
    }
    writeFileSync('wide.json', canonicalJson(whole(named)))
    const { code, err } = await rehearsal(
      'report',
      'wide.json',
      '--charts',
      'throughput',
      '--format',
      'png',
      '--out',
      'cjk',
    )
    expect(code).toBe(0)
    expect(err).toBe(
      'cjk/charts/throughput.png: its font, Arimo, lacks a character, each an empty box: 幅; --format svg shows them\n',
    )
  })
})

describe('--baseline', () => {
  beforeAll(async () => {
    writeFileSync('small.yaml', SMALL)
    await rehearsal('run', 'small.yaml', '--quiet')
    await rehearsal('baseline', 'accept', 'reports/small/result.json', '--reason', 'as it was')
    await rehearsal(
      'run',
      'small.yaml',
      '--quiet',
      '--out',
      'slower',
      '--set',
      'services.station.service.mean=60ms',
    )
  })

  test('of the same figures finds nothing', async () => {
    const { code, out } = await rehearsal(
      'report',
      'reports/small/result.json',
      '--baseline',
      'results/baselines',
      '--format',
      'terminal',
    )
    expect(code).toBe(0)
    expect(out).toMatch(/\nbaseline of \d{4}-\d\d-\d\d.*: all \d+ figures: the same\n$/)
  })

  test('stands on the page, in the terminal and as a chart', async () => {
    const result = 'slower/small/result.json'
    const { code, out } = await rehearsal(
      'report',
      result,
      '--baseline',
      'results/baselines',
      '--out',
      'held',
    )
    expect(code).toBe(0)
    expect(out).toMatch(/\n {2}latency\.mean: .* → .* \(\+[\d.]+ %\): worse/)
    expect(out).toContain('another version of the scenario')
    expect(out).toContain('wrote held/charts/baseline.svg\n')
    const page = readFileSync('held/report.html', 'utf8')
    expect(page).toContain('<h2>Against the baseline</h2>')
    // The table of figures has what they were, too.
    const figures = page.slice(page.indexOf('<h2>Figures</h2>'))
    expect(figures).toMatch(/<th[^>]*>Baseline<\/th><th[^>]*>Change<\/th>/)
    expect(figures).toMatch(
      /latency\.mean<\/th><td[^>]*>[^/]*<\/?[^/]*.*?<td class="figure" data-value="\d[^"]*">[\d.]+ ms<\/td><td class="figure" data-value="0\.\d+">\+[\d.]+ %/,
    )
    const alone = await rehearsal(
      'report',
      result,
      '--baseline',
      'reports/small/result.json',
      '--charts',
      'base',
      '--out',
      'other',
    )
    expect(alone).toEqual({ code: 0, out: 'wrote other/charts/baseline.svg\n', err: '' })
  })

  test('run takes it too, and refuses one that is not there before it runs', async () => {
    const { out, code } = await rehearsal(
      'run',
      'small.yaml',
      '--baseline',
      'results/baselines/small.json',
      '--out',
      'again',
    )
    expect(code).toBe(0)
    expect(out).toContain('figures: the same\n\nwrote again/small/result.json')
    writeFileSync('other.yaml', smallCalled('other'))
    const refused = await rehearsal(
      'run',
      'small.yaml',
      'other.yaml',
      '--baseline',
      'results/baselines',
      '--out',
      'none',
    )
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(
      /^results\/baselines has no baseline of other; expected other\.json in it\n {2}rehearsal baseline accept/,
    )
    expect(existsSync('none')).toBe(false)
  })

  test.each([
    [
      'missing.json',
      /^cannot read missing\.json: no such file or folder; expected a baseline or a result\.json\n/,
    ],
    ['matrix.json', /^matrix\.json has none of this result’s variants: /],
    ['small.yaml', /^small\.yaml is not JSON/],
  ])('%s is refused', async (path, message) => {
    const { code, err } = await rehearsal('report', 'reports/small/result.json', '--baseline', path)
    expect(code).toBe(2)
    expect(err).toMatch(message)
  })
})

test('the page that a run leaves is, to the byte, the one that is made of its result later', async () => {
  const matrix = 'parameters: { rate: 5, mean: 50ms }\nmatrix: { rate: [5, 10], mean: [50ms, 20ms] }\n'
  const scenario = smallCalled('twice', matrix).replace('rate: 10/s', `rate: "\${rate} /s"`)
  writeFileSync('twice.yaml', scenario.replace('mean: 50ms', `mean: "\${mean}"`))
  expect((await rehearsal('run', 'twice.yaml', '--quiet')).code).toBe(0)
  await rehearsal('report', 'reports/twice/result.json', '--format', 'html', '--out', 'later')
  const page = readFileSync('later/report.html', 'utf8')
  expect(page).toBe(readFileSync('reports/twice/report.html', 'utf8'))
  // As the matrix has them, not by the alphabet.
  expect(page).toContain('rate=5 mean=50ms')
  expect(page.indexOf('>rate</th>')).toBeLessThan(page.indexOf('>mean</th>'))
})

describe('what was searched for beside the result', () => {
  const scenario = 'searched.yaml'
  const charts = (out: string) =>
    rehearsal(
      'report',
      'reports/searched/result.json',
      '--charts',
      'capa,sens',
      '--format',
      'svg,csv',
      '--out',
      out,
    )

  beforeAll(async () => {
    writeFileSync(scenario, smallCalled('searched', 'expect:\n  - { metric: latency.mean, below: 1s }\n'))
    await rehearsal('run', scenario, '--quiet')
    await rehearsal('capacity', scenario, '--highest', 'workload.arrivals.rate=5/s..40/s')
    await rehearsal(
      'sensitivity',
      scenario,
      '--metric',
      'latency.mean',
      '--vary',
      'services.station.service.mean=30ms..60ms',
    )
  })

  test('has its charts among the others, the same bytes as were left there', async () => {
    const { code, err } = await charts('found')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(readdirSync('found/charts')).toEqual([
      'capacity.csv',
      'capacity.svg',
      'sensitivity.csv',
      'sensitivity.svg',
    ])
    for (const name of ['capacity', 'sensitivity'])
      expect(readFileSync(`found/charts/${name}.svg`, 'utf8')).toBe(
        readFileSync(`reports/searched/${name}.svg`, 'utf8'),
      )
  })

  test('of another version of the scenario is told, and has none', async () => {
    await rehearsal('run', scenario, '--quiet', '--set', 'services.station.service.mean=20ms')
    const { code, err } = await charts('left')
    expect(code).toBe(3)
    expect(err).toContain('capacity.json beside this result is of another version of the scenario')
    expect(err).toContain('--charts capa: this result has nothing to draw for it')
  })
})

test('hostile names go through every format', async () => {
  const { code, out } = await rehearsal(
    'report',
    'hostile.json',
    '--format',
    'svg,png,csv',
    '--out',
    'hostile',
  )
  expect(code).toBe(0)
  const files = readdirSync('hostile/charts')
  expect(out.split('\n').filter(Boolean).length).toBe(files.length)
  for (const file of files) {
    const data = readFileSync(`hostile/charts/${file}`)
    if (file.endsWith('.png')) expect(sizeOf(data)[0]).toBeLessThan(5000)
    if (file.endsWith('.csv')) expect(data.toString()).not.toMatch(/(?:^|[,\n])"?[=+@]/)
    if (file.endsWith('.svg')) expect(data.toString()).not.toMatch(/<script|<img/)
  }
})

test('the README’s drawing of a deployment is what its scenario gives', async () => {
  const scenario = fileURLToPath(new URL('../../scenarios/ollamamax/multi-container.yaml', import.meta.url))
  expect((await rehearsal('run', scenario, '--quiet', '--no-html', '--out', 'drawn')).code).toBe(0)
  const result = 'drawn/multi-container/result.json'
  expect((await rehearsal('report', result, '--charts', 'topology', '--format', 'svg')).code).toBe(0)
  const shown = readFileSync(new URL('../../docs/topology.svg', import.meta.url), 'utf8')
  expect(readFileSync('drawn/multi-container/charts/topology.svg', 'utf8')).toBe(shown)
})
