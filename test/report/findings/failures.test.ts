import { expect, test } from 'vitest'
import { failures } from '../../../src/report/findings/failures.ts'
import type { Check, Fault } from '../../../src/results/result.ts'
import { metric } from '../sample-results.ts'
import { resultOf, share, variantOf } from './made.ts'

const failed: Check = { name: 'expect: errors at most 1 %', kind: 'expect', pass: false, detail: '4 %' }

test('what does not hold comes first, a violated law before an expectation', () => {
  const violation = {
    seed: '1',
    at: 1,
    what: 'two leaders',
    events: [],
    further: 0,
    seeds: 1,
    replay: 'rehearsal run',
  }
  const law: Check = { name: 'one leader', kind: 'law', pass: false, detail: 'two at 3 s', violation }
  const [finding] = failures(resultOf([variantOf({ rest: { checks: [failed, law] } })]))
  expect(finding!.text).toBe('It does not hold. 2 checks fail, among them: one leader; found two at 3 s.')
  expect(finding!.weight).toBe(100)
  expect(failures(resultOf([variantOf({ rest: { checks: [{ ...failed, pass: true }] } })]))).toEqual([])
})

test('errors are told by their kinds, and where most of them are', () => {
  const counts = {
    'requests.timed-out': metric(2, 'count', ''),
    'requests.refused': metric(6, 'count', ''),
    'requests.failed': metric(0, 'count', ''),
  }
  const bad = variantOf({ parameters: { rate: 9 }, metrics: { errors: share(0.027), ...counts } })
  const good = variantOf({ parameters: { rate: 1 }, metrics: { errors: share(0) } })
  expect(failures(resultOf([good, bad])).map(({ text }) => text)).toEqual([
    '2.7 % of the requests get no answer (rate=9): 2 timed out and 6 refused. Errors are seen in 1 of 2 variants (rate=9).',
  ])
  expect(failures(resultOf([good]))).toEqual([])
  const crash: Fault = { at: 1, until: null, kind: 'crash', befalls: 'host', target: 'a', detail: '' }
  expect(failures(resultOf([good, { ...bad, faults: [crash] }]))[0]!.text).toMatch(
    /in 1 of 2 variants \(rate=9\), none without a fault\.$/,
  )
})

test('who refuses is named, and whether all its connections are taken', () => {
  const refusing = (backends: number, refused: number) =>
    failures(
      resultOf(
        [
          variantOf({
            metrics: {
              errors: share(0.33),
              'requests.refused': metric(100, 'count', ''),
              'service.pg.refused': metric(refused, 'count', ''),
              'service.pg.backends.max': metric(backends, 'count', ''),
            },
          }),
        ],
        { services: { pg: { 'max-connections': 50 } } },
      ),
    )[0]!.text
  expect(refusing(50, 100)).toBe(
    '33 % of the requests get no answer: 100 refused by pg, where all 50 connections are taken.',
  )
  expect(refusing(40, 100)).toBe('33 % of the requests get no answer: 100 refused by pg.')
  expect(refusing(50, 10)).toBe('33 % of the requests get no answer: 100 refused.')
})

test('errors of a corner of what was run weigh less than those of all of it', () => {
  const at = (rate: number, errors: number) =>
    variantOf({ parameters: { rate }, metrics: { errors: share(errors) } })
  const weight = (...errors: number[]) => failures(resultOf(errors.map((each, i) => at(i, each))))[0]!.weight
  expect(weight(0.4, 0, 0, 0)).toBeLessThan(weight(0.4, 0.1, 0.1, 0.1))
})
