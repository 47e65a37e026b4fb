import { expect, test } from 'vitest'
import type { HttpRequest } from '../../../src/env/clients/http.ts'
import { http } from '../../../src/workload/requests/http.ts'
import { drawn, share, streams } from './drawn.ts'

const plain = { path: '/', method: 'GET', bytes: undefined, paths: undefined, consumers: 0 } as const

test('a request is a path and a method, and no more unless that is said', () => {
  expect(http.create(plain, streams('1'))()).toEqual({ kind: 'http', method: 'GET', path: '/' })
})

test('its size is drawn, in whole bytes', () => {
  const bytes = { kind: 'exponential', mean: 2000 }
  const found = drawn<HttpRequest>(http.create({ ...plain, method: 'POST', bytes }, streams('1')), 20_000)
  const mean = found.reduce((sum, { bytes }) => sum + bytes!, 0) / found.length
  // Standard error 2000 / √20,000 = 14.
  expect(Math.abs(mean - 2000)).toBeLessThan(60)
  expect(found.every(({ bytes }) => Number.isSafeInteger(bytes))).toBe(true)
})

test('paths come by their weights, and consumers alike, each drawn for itself', () => {
  const paths = [
    { weight: 9, path: '/read', method: 'GET', bytes: undefined },
    { weight: 1, path: '/write', method: 'POST', bytes: { kind: 'constant', value: 500 } },
  ] as const
  const found = drawn<HttpRequest>(http.create({ ...plain, paths, consumers: 4 }, streams('1')), 20_000)
  // Standard error √(0.9 · 0.1 / 20,000) = 0.002.
  expect(Math.abs(share(found, ({ path }) => path === '/read') - 0.9)).toBeLessThan(0.01)
  expect(
    found.every(({ path, method, bytes }) => (path === '/write') === (method === 'POST' && bytes === 500)),
  ).toBe(true)
  for (const consumer of ['consumer-1', 'consumer-2', 'consumer-3', 'consumer-4'])
    expect(Math.abs(share(found, (request) => request.consumer === consumer) - 0.25)).toBeLessThan(0.015)
  const alone = drawn<HttpRequest>(http.create({ ...plain, paths }, streams('1')), 20_000)
  expect(alone.map(({ path }) => path)).toEqual(found.map(({ path }) => path))
})

test('no paths at all are refused', () => {
  expect(() => http.create({ ...plain, paths: [] }, streams('1'))).toThrow('invalid paths: none')
})
