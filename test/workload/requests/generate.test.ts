import { expect, test } from 'vitest'
import type { GenerateRequest } from '../../../src/env/clients/ollama.ts'
import type { Values } from '../../../src/parameters.ts'
import { generate } from '../../../src/workload/requests/generate.ts'
import { drawn, share, streams } from './drawn.ts'

type GenerateValues = Values<typeof generate.parameters>

const plain: GenerateValues = {
  model: 'llama3.2:3b',
  models: undefined,
  promptTokens: generate.parameters.promptTokens.default!,
  outputTokens: generate.parameters.outputTokens.default!,
  prefixTokens: 0,
  conversations: 1,
  stream: true,
  numCtx: undefined,
  numThread: undefined,
  keepAlive: undefined,
}
const draw = (changed: Partial<GenerateValues>, n = 20_000, row?: { at: number; promptTokens?: number }) =>
  drawn<GenerateRequest>(generate.create({ ...plain, ...changed }, streams('1')), n, row)
const constant = (value: number) => ({ kind: 'constant', value })

test('the default lengths have the median and the 99th percentile of their source', () => {
  const found = draw({})
  // Standard errors of a share: sqrt(0.25 / 20,000) = 0.0035 at the median, 0.0007 at the 99th percentile.
  expect(Math.abs(share(found, ({ promptTokens }) => promptTokens <= 1020) - 0.5)).toBeLessThan(0.018)
  expect(Math.abs(share(found, ({ promptTokens }) => promptTokens <= 4142) - 0.99)).toBeLessThan(0.0035)
  expect(Math.abs(share(found, ({ outputTokens }) => outputTokens <= 129) - 0.5)).toBeLessThan(0.018)
  expect(Math.abs(share(found, ({ outputTokens }) => outputTokens <= 601) - 0.99)).toBeLessThan(0.0035)
  expect(found.every(({ promptTokens }) => Number.isInteger(promptTokens))).toBe(true)
})

test('no prompt and no answer is shorter than one token, whether drawn or traced', () => {
  const drawnShort = draw({ promptTokens: constant(0), outputTokens: constant(0.2) }, 1)[0]!
  expect(drawnShort).toMatchObject({ promptTokens: 1, outputTokens: 1 })
  const traced = generate.create(plain, streams('1'))({ at: 0, promptTokens: 0, outputTokens: 0 })
  expect(traced).toMatchObject({ promptTokens: 1, outputTokens: 1 })
})

test("a trace's lengths are taken as they are, and what it does not tell is drawn", () => {
  const [request] = draw({ outputTokens: constant(7) }, 1, { at: 0, promptTokens: 4808 })
  expect(request).toEqual({
    kind: 'ollama.generate',
    model: 'llama3.2:3b',
    promptTokens: 4808,
    outputTokens: 7,
    stream: true,
  })
})

test('models come by their weights, each with its own context length or the common one', () => {
  const models = [
    { name: 'small', weight: 3, numCtx: undefined },
    { name: 'large', weight: 1, numCtx: 8192 },
  ]
  const found = draw({ model: undefined, models, numCtx: 2048 })
  // Standard error sqrt(0.75 · 0.25 / 20,000) = 0.003.
  expect(Math.abs(share(found, ({ model }) => model === 'small') - 0.75)).toBeLessThan(0.015)
  expect(found.every(({ model, numCtx }) => numCtx === (model === 'large' ? 8192 : 2048))).toBe(true)
})

test('conversations are equally likely, and no shared prefix is longer than its prompt', () => {
  const found = draw({ prefixTokens: 500, conversations: 4 })
  for (let i = 0; i < 4; i++)
    expect(Math.abs(share(found, ({ prefix }) => prefix === `conversation ${i}`) - 0.25)).toBeLessThan(0.016)
  expect(found.every((request) => request.prefixTokens === Math.min(500, request.promptTokens))).toBe(true)
})

test("a trace's own conversation is kept", () => {
  const next = generate.create({ ...plain, prefixTokens: 10 }, streams('1'))
  expect(next({ at: 0, prefix: 'alice' })).toMatchObject({ prefix: 'alice', prefixTokens: 10 })
})

test('common random numbers: what changes in one property leaves the draws of the others', () => {
  const outputs = (changed: Partial<GenerateValues>) =>
    draw(changed, 200).map(({ outputTokens }) => outputTokens)
  const before = outputs({})
  expect(outputs({ promptTokens: constant(5) })).toEqual(before)
  expect(outputs({ prefixTokens: 100, conversations: 9 })).toEqual(before)
  const models = [
    { name: 'a', weight: 1, numCtx: undefined },
    { name: 'b', weight: 1, numCtx: undefined },
  ]
  expect(outputs({ model: undefined, models })).toEqual(before)
})

test('options of the runner are passed on where given', () => {
  const [request] = draw({ numCtx: 8192, numThread: 4, keepAlive: -1, stream: false }, 1)
  expect(request).toMatchObject({ numCtx: 8192, numThread: 4, keepAlive: -1, stream: false })
})

test('neither a model nor models, both, or none among them are refused', () => {
  const create = (changed: Partial<GenerateValues>) => () =>
    generate.create({ ...plain, ...changed }, streams('1'))
  expect(create({ model: undefined })).toThrow(/missing model or models; expected one of them/)
  expect(create({ models: [] })).toThrow(/both model and models; expected one of them/)
  expect(create({ model: undefined, models: [] })).toThrow(/invalid models: none/)
})
