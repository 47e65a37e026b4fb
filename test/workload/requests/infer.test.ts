import { expect, test } from 'vitest'
import type { InferRequest } from '../../../src/env/clients/ml.ts'
import { infer } from '../../../src/workload/requests/infer.ts'
import { drawn, share, streams } from './drawn.ts'

const plain = {
  promptTokens: infer.parameters.promptTokens.default!,
  outputTokens: infer.parameters.outputTokens.default!,
  maxTokens: undefined,
}

test('the default lengths have the medians of their source', () => {
  const found = drawn<InferRequest>(infer.create(plain, streams('1')), 10_000)
  // Standard error sqrt(0.25 / 10,000) = 0.005.
  expect(Math.abs(share(found, ({ promptTokens }) => promptTokens <= 1020) - 0.5)).toBeLessThan(0.025)
  expect(Math.abs(share(found, ({ outputTokens }) => outputTokens <= 129) - 0.5)).toBeLessThan(0.025)
  expect(found.every(({ bytes, promptTokens }) => bytes === 500 + 4 * promptTokens)).toBe(true)
})

test('no answer is longer than max-tokens, which the request tells', () => {
  const found = drawn<InferRequest>(infer.create({ ...plain, maxTokens: 100 }, streams('1')), 1000)
  expect(Math.max(...found.map(({ outputTokens }) => outputTokens))).toBe(100)
  expect(found.every(({ maxTokens }) => maxTokens === 100)).toBe(true)
})

test("a trace's lengths are taken as they are", () => {
  const next = infer.create(plain, streams('1'))
  expect(next({ at: 0, promptTokens: 0, outputTokens: 77 })).toMatchObject({
    promptTokens: 1,
    outputTokens: 77,
  })
})
