import { describe, expect, test } from 'vitest'
import { renderTerminal } from '../../../src/report/terminal.ts'
import { absent, loads, matrix, nothing, queueing, SAMPLES } from '../sample-results.ts'

/** Columns by a measure of our own: marks, joiners and other signs without width none, the far East and pictures two. */
const columnsOf = (line: string): number =>
  [...line.replace(/[\p{M}\u200d]/gu, '')].reduce(
    (sum, character) =>
      sum +
      (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u{1f300}-\u{1faff}]/u.test(character) ? 2 : 1),
    0,
  )

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes
const withoutColour = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, '')

const plain = (sample: () => Parameters<typeof renderTerminal>[0], columns = 80): string =>
  renderTerminal(sample(), { columns, colour: false })

describe.each(Object.entries(SAMPLES))('the summary of %s', (_, sample) => {
  test.each([40, 80, 120])('is never wider than %i columns', (columns) => {
    for (const line of plain(sample, columns).split('\n'))
      expect(columnsOf(line)).toBeLessThanOrEqual(columns)
  })

  test('has no control characters but newlines, and colours only when asked', () => {
    expect(plain(sample)).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u)
    const coloured = renderTerminal(sample(), { colour: true })
    expect(coloured).not.toBe(plain(sample))
    expect(withoutColour(coloured)).toBe(plain(sample))
  })

  test('is the same text every time, and fits a few screens', () => {
    expect(plain(sample)).toBe(plain(sample))
    expect(plain(sample).split('\n').length).toBeLessThan(300)
  })
})

test('one variant shows its key figures with intervals, its series and where the time goes', () => {
  const text = plain(queueing)
  expect(text).toMatch(/latency\.p95 +\d\.\d\d ± 0\.16 s/)
  expect(text).toMatch(/throughput +[▁▂▃▄▅▆▇█]{20}/)
  expect(text).toMatch(/service +6\d % +\d+ ms +█/)
  expect(text).toContain('± 95 % interval over 5 seeds; 6 more metrics in the result file')
  expect(text.split('\n').at(-1)).toBe('fingerprint 111f0e1d2c3b4a59 and 4 more · 1,234,567 events in 1.92 s')
})

test('few variants are a row each, with what failed', () => {
  const text = plain(loads)
  expect(text).toMatch(/^ +rate +checks +latency\.p50 +latency\.p95/m)
  expect(text).toMatch(/^ +3\.8 +1 FAIL +2\.6/m)
  expect(text).toMatch(/FAIL +expect: latency\.p95 below 5 s/)
})

test('many variants are a table with one axis across, and all of them are in it', () => {
  const text = plain(matrix)
  expect(text).toMatch(/agents +mode +slots=1 +slots=4 +slots=16 +slots=54/)
  expect(text).toMatch(/54 +concurrent +8\.6 s +2\.3 s +750 ms +450 ms/)
})

test('too many for any table are left out, and it says how many and where they are', () => {
  const [variant] = queueing().variants
  const variants = Array.from({ length: 40 }, (_, i) => ({
    ...variant!,
    name: `v${i}`,
    parameters: { i, j: i % 7 },
  }))
  const text = renderTerminal({ ...queueing(), variants }, { colour: false })
  expect(text).toContain('16 of 40 variants left out')
  expect(text).toContain('see the result file or the HTML')
})

test('speedup comes with its law, claims with their verdict, figures and conditions', () => {
  const text = plain(matrix)
  expect(text).toContain("Amdahl's law: serial fraction 3.4 % (3.2 % to 3.5 %), so at most 30×")
  expect(text).toContain("Amdahl's law does not fit")
  expect(text).toContain('claims  1 refuted  1 out of reach  1 reproduced')
  expect(text).toMatch(/OM-01 {2}reproduced where slots >= 56 \(1 of 5 variants\), not elsewhere\n/)
  expect(text).toMatch(/OM-02 {2}refuted\n.*\n +found: 300 ms with 56 slots or more/)
})

test('each point of a speedup has its efficiency, what Karp and Flatt tell of it, and where the time went', () => {
  const text = plain(matrix, 120)
  expect(text).toMatch(
    /slots +setup\.time\.mean +speedup +efficiency +Karp-Flatt +useful +serial +network +idle/,
  )
  // One slot: nothing is lost but what nobody asked for. 54 slots: a speedup of 19, of which 54 times is 36 %.
  expect(text).toMatch(/1 +8\.6 s +1× +100 % +– +90 % +0 % +0 % +10 %/)
  expect(text).toMatch(/54 +45\d ms +19× +35 % +3\.\d %/)
  // 60 of the 90 % that the sample loses; what nobody asked for is told apart.
  const words = text.replace(/\s+/g, ' ')
  expect(words).toMatch(/the 54th buys 0\.\d\d of one \(on average from the 16th on\)/)
  expect(words).toContain('67 % of the lost time is waiting for the coordinator or another serial part, 33 %')
  expect(words).toContain("10 % of their time they are not asked for anything, which is nobody's loss")
})

test('verdict words are green, red and yellow', () => {
  const text = renderTerminal(loads(), { colour: true })
  expect(text).toContain('\u001b[1;31m2 FAIL')
  expect(text).toContain('\u001b[33m5 cannot tell')
  expect(text).toContain('\u001b[32m18 pass')
})

test('nothing observed is absent, never 0', () => {
  expect(plain(absent)).toMatch(/latency\.p95 +absent/)
  expect(plain(absent)).toContain('checks  1 cannot tell')
  expect(plain(absent)).not.toMatch(/\b0 (ns|s|ms|%)|\b0\/s/)
  expect(plain(nothing)).toContain('nothing was run')
  // The batched variants have no figure of failed calls; the others have 0.
  expect(plain(() => ({ ...matrix(), variants: matrix().variants.slice(8, 16) }), 120)).toMatch(
    /batched .*–$/m,
  )
})
