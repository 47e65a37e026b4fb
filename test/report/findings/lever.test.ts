import { expect, test } from 'vitest'
import { lever } from '../../../src/report/findings/lever.ts'
import type { Scalar } from '../../../src/results/result.ts'
import { resultOf, S, samples, share, variantOf } from './made.ts'

const set = (axis: string): string => ['$', '{', axis, '}'].join('')

const said = (service: object, parameters: Record<string, Scalar> = {}, of = [8, 4, 2.05, 2]) =>
  lever(
    resultOf(
      of.map((latency, i) =>
        variantOf({
          parameters: { slots: 2 ** i },
          metrics: {
            'latency.p95': samples([latency * S], 'ns'),
            'service.ollama.utilisation.mean': share(Math.min(1, 3 / 2 ** i)),
          },
        }),
      ),
      { parameters, services: { ollama: { kind: 'ollama', ...service } } },
    ),
  ).map(({ text }) => text)

const BY_SLOTS = { parallel: set('slots') }

test('what sets the limit is to be changed to the nearest value that brings nearly all', () => {
  expect(said(BY_SLOTS)).toEqual([
    'What to change: slots, in services.ollama.parallel. With 4 instead of 1, latency.p95 is 2.05 s instead of 8 s, 74 % less; the slots of ollama are 100 % in use before, 75 % then.',
  ])
})

test('from the scenario as it is, where that is one of the variants', () => {
  expect(said(BY_SLOTS, { slots: 2 })[0]).toMatch(
    /With 4 instead of 2, latency\.p95 is 2\.05 s instead of 4 s, 49 % less/,
  )
  expect(said(BY_SLOTS, { slots: 4 })).toEqual([])
})

test('an axis that sets something else is no lever, nor one that brings nothing', () => {
  expect(said({ threads: 4 })).toEqual([])
  expect(said(BY_SLOTS, {}, [8, 7.9, 8, 7.8])).toEqual([])
})

test('less of it is no lever: what is at its limit wants more', () => {
  expect(said(BY_SLOTS, {}, [2, 4, 8, 16])).toEqual([])
})
