import { expect, test } from 'vitest'
import { isGiven, isLoad, isSupply, placesOf } from '../../../src/report/findings/places.ts'
import { resultOf, variantOf } from './made.ts'

const set = (expression: string): string => ['$', '{', expression, '}'].join('')

const RESULT = resultOf([], {
  matrix: { rate: [1, 2] },
  expect: [{ metric: 'latency.p95', below: set('rate') }],
  workload: { arrivals: { rate: `${set('rate')}/s`, clients: set('2 * agents') } },
  services: { ollama: { parallel: set('max-slots'), threads: set('threads-1') } },
  coordinators: [{ count: set('agents') }],
  faults: [{ kind: set('mode') }],
})

test('an axis is found where the scenario uses it, in expressions and lists too, not where it is only told of', () => {
  expect(placesOf(RESULT, 'rate')).toEqual([['workload', 'arrivals', 'rate']])
  expect(placesOf(RESULT, 'agents')).toEqual([
    ['workload', 'arrivals', 'clients'],
    ['coordinators', '0', 'count'],
  ])
  expect(placesOf(RESULT, 'max-slots')).toEqual([['services', 'ollama', 'parallel']])
  expect(placesOf(RESULT, 'threads')).toEqual([['services', 'ollama', 'threads']])
  expect(placesOf(RESULT, 'slot')).toEqual([])
  expect(placesOf(RESULT, '.*')).toEqual([])
})

test('load is what is asked alone, what is given also what goes wrong, supply what there is of hosts and services', () => {
  expect(['rate', 'agents', 'mode', 'threads', 'unknown'].map((axis) => isLoad(RESULT, axis))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ])
  expect(['rate', 'mode', 'threads'].map((axis) => isGiven(RESULT, axis))).toEqual([true, true, false])
  expect(['threads', 'agents'].map((axis) => isSupply(RESULT, axis))).toEqual([true, false])
})

test('how long is measured is nobody’s choice, and fitted to what is; names go with what they stand for', () => {
  const measured = { workload: { arrivals: set('rate') }, measure: { duration: set('quiet + rate') } }
  expect(['rate', 'quiet'].map((axis) => isLoad(resultOf([], measured), axis))).toEqual([true, false])
  expect(['rate', 'quiet'].map((axis) => isGiven(resultOf([], measured), axis))).toEqual([true, true])
  const phase = (name: string, from: number) => variantOf({ parameters: { phase: name, from } })
  const phases = resultOf([phase('before', 0), phase('after', 9)], { measure: { 'warm-up': set('from') } })
  expect(isGiven(phases, 'phase')).toBe(true)
})
