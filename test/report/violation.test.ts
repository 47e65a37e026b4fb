import { describe, expect, test } from 'vitest'
import { renderHtml } from '../../src/report/html.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import type { Check, Result } from '../../src/results/result.ts'
import { resultSchema } from '../../src/results/schema.ts'
import { sampleResult } from '../results/sample.ts'

const REPLAY =
  "rehearsal run scenarios/hive/consensus.yaml --seed 17 --set network.latency=2ms --set 'matrix.nodes=[5]' --set 'matrix.mode=[\"byzantine quorum\"]'"

const check: Check = {
  name: 'agreement',
  kind: 'law',
  pass: false,
  detail:
    'log[7] was decided twice: "spawn worker 9" and "spawn worker 12", at 1.204500001 s, and 1,203 more of the kind (seed 17, the first of 3 among 20 seeds)',
  violation: {
    seed: '17',
    at: 1_204_500_001,
    what: 'log[7] was decided twice: "spawn worker 9" and "spawn worker 12"',
    events: [
      { at: 35_000, process: 'node.1', event: 'proposed log[7] = "spawn worker 9"' },
      { at: 1_200_000_000, process: 'node.1', event: 'decided log[7] = "spawn worker 9"' },
      {
        at: 1_204_500_001,
        process: 'a-node-with-a-very-long-name.12',
        event: 'decided log[7] = "spawn worker 12"',
      },
    ],
    further: 1203,
    seeds: 3,
    replay: REPLAY,
  },
}

const resultWith = (checks: readonly Check[]): Result => ({
  ...sampleResult,
  variants: [{ ...sampleResult.variants[0]!, checks }],
})

describe('a violation', () => {
  test('in a terminal shows what led to it, and a command that can be copied', () => {
    const text = renderTerminal(resultWith([check]), { columns: 80, colour: false })
    const from = text.indexOf('checks')
    expect(text.slice(from, text.indexOf('\n\n', from))).toMatchInlineSnapshot(`
      "checks  1 FAIL
        FAIL         agreement
                     log[7] was decided twice: "spawn worker 9" and "spawn worker 12",
                     at 1.204500001 s, and 1,203 more of the kind (seed 17, the first
                     of 3 among 20 seeds)
                  35 µs  node.1                proposed log[7] = "spawn worker 9"
                  1.2 s  node.1                decided log[7] = "spawn worker 9"
          1.204500001 s  a-node-with-a-very-…  decided log[7] = "spawn worker 12"
          rehearsal run scenarios/hive/consensus.yaml --seed 17 \\
            --set network.latency=2ms --set 'matrix.nodes=[5]' \\
            --set 'matrix.mode=["byzantine quorum"]'"
    `)
  })

  test.each([40, 60, 80, 120])('is never wider than %i columns', (columns) => {
    for (const line of renderTerminal(resultWith([check]), { columns, colour: false }).split('\n'))
      expect(line.length).toBeLessThanOrEqual(columns)
  })

  test('prints a command that a shell reads as it was meant', () => {
    const text = renderTerminal(resultWith([check]), { columns: 80, colour: false })
    const lines = text.split('\n')
    const first = lines.findIndex((line) => line.includes('rehearsal run'))
    const last = lines.findIndex((line, i) => i >= first && !line.endsWith('\\'))
    const command = lines
      .slice(first, last + 1)
      .map((line) => line.replace(/\\$/, '').trim())
      .join(' ')
    expect(command).toBe(REPLAY)
  })

  test('on a page shows the same', async () => {
    const html = await renderHtml(resultWith([check]))
    expect(html).toContain('<td>1.204500001 s</td><td>a-node-with-a-very-long-name.12</td>')
    expect(html).toContain('rehearsal run scenarios/hive/consensus.yaml --seed 17')
    expect(html).toContain('&quot;spawn worker 12&quot;')
  })

  test('is read back from a result file as it was written', () => {
    const written = resultWith([check])
    expect(resultSchema.parse(JSON.parse(JSON.stringify(written)))).toEqual(written)
  })
})
