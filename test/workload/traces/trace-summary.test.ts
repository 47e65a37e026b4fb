import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTraceFile } from '../../../src/workload/traces/trace-file.ts'
import { TraceReader } from '../../../src/workload/traces/trace-reader.ts'
import { summariseTrace } from '../../../src/workload/traces/trace-summary.ts'
import { inMemory, mistakesOf } from './in-memory.ts'

const columns = { at: 't', promptTokens: 'p' }
const summary = (text: string) => summariseTrace(new TraceReader(inMemory(text), { columns }))
const relative = (found: number, expected: number) => Math.abs(found / expected - 1)

test('a trace of four requests is summed up exactly', () => {
  // Gaps 1, 1, 4 s: mean 2 s, variance (1 + 1 + 4) / 3 = 2, cv = sqrt(2) / 2; 3 gaps in 6 s are 0.5/s.
  const found = summary('t,p\n10,5\n11,6\n12,7\n16,1000\n')
  expect(found).toEqual({
    requests: 4,
    duration: 6e9,
    meanRate: 0.5,
    cv: expect.closeTo(Math.SQRT1_2, 12),
    promptTokens: { p50: 6, p99: 1000 },
  })
})

test('one request, or all at once, has no rate', () => {
  for (const text of ['t,p\n1,5\n', 't,p\n1,5\n1,5\n'])
    expect(summary(text)).toMatchObject({ duration: 0, meanRate: Number.NaN, cv: Number.NaN })
})

test('the median length is that of the sorted lengths, to 0.2 %', () => {
  const length = fc.oneof(fc.nat(2000), fc.nat(100_000), fc.nat(999_999_999))
  fc.assert(
    fc.property(fc.array(length, { minLength: 1, maxLength: 50 }), (lengths) => {
      const exact = lengths.toSorted((a, b) => a - b)[Math.ceil(lengths.length / 2) - 1]!
      const { p50 } = summary(`t,p\n${lengths.map((length) => `1,${length}`).join('\n')}`).promptTokens!
      expect(p50).toBeLessThanOrEqual(exact)
      expect(p50).toBeGreaterThanOrEqual(exact * 0.998)
    }),
  )
})

test('the mistakes of many rows come at once, twenty at most', () => {
  const mistakes = mistakesOf(() => summary('t,p\n1,x\n2,2\ny,2\n0,z\n'))
  expect(mistakes.map(({ place }) => [place!.line, place!.column])).toEqual([
    [2, 3],
    [4, 1],
    [5, 1],
    [5, 3],
  ])
  const file = inMemory(`t,p\n${'1,x\n'.repeat(1000)}`)
  expect(mistakesOf(() => summariseTrace(new TraceReader(file, { columns })))).toHaveLength(20)
  expect(file.closed).toBe(true)
})

const beside = (name: string) => fileURLToPath(new URL(`../../../../shared/data/${name}`, import.meta.url))

// Azure/AzurePublicDataset, 2023 (CC-BY 4.0), not shipped: one hour each. Figures: requests, rate, cv of the gaps, medians.
test.for([
  ['AzureLLMInferenceTrace_conv.csv', 19_366, 5.53, 1.09, 1020, 129],
  ['AzureLLMInferenceTrace_code.csv', 8_819, 2.57, 13.2, 1469, 13],
] as const)(
  'the published figures of %s are found',
  ([name, requests, rate, cv, prompt, output], { skip }) => {
    skip(!existsSync(beside(name)), `${name} is not beside the repository, in ../shared/data`)
    const found = summariseTrace(new TraceReader(openTraceFile(beside(name), name)))
    expect(found.requests).toBe(requests)
    expect(relative(found.meanRate, rate)).toBeLessThan(0.01)
    expect(relative(found.cv, cv)).toBeLessThan(0.01)
    expect(relative(found.promptTokens!.p50, prompt)).toBeLessThan(0.002)
    expect(found.outputTokens!.p50).toBe(output)
  },
)
