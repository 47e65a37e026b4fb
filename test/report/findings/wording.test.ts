import { expect, test } from 'vitest'
import { does, isOrAre, setApart, tellingAxes } from '../../../src/report/findings/wording.ts'
import { resultOf, variantOf } from './made.ts'

const set = (axis: string): string => ['$', '{', axis, '}'].join('')

test('of what is several the verb is that of several', () => {
  expect(['errors', 'latency.mean', 'loss', 'service.pg.commits'].map(isOrAre)).toEqual([
    'are',
    'is',
    'is',
    'is',
  ])
  expect(['errors', 'latency.mean'].map((metric) => does('grow', metric))).toEqual(['grow', 'grows'])
})

const of = (name: string, links: number, published: number) =>
  variantOf({ parameters: { links, name, published } })

test('of axes that go together the name stays, and a number that sets nothing goes', () => {
  const pair = resultOf([of('small', 8, 1), of('large', 16, 2)], { services: { links: set('links') } })
  expect(tellingAxes(pair).map(({ name }) => name)).toEqual(['name'])
  // Neither alone follows from the other axes, nor do they from it; with both, what was published does.
  const numbers = resultOf(
    [
      [8, 1, 7],
      [8, 2, 6],
      [16, 1, 5],
    ].map(([links, ef, published]) =>
      variantOf({ parameters: { links: links!, ef: ef!, published: published! } }),
    ),
    { services: { links: set('links'), ef: set('ef') } },
  )
  expect(tellingAxes(numbers).map(({ name }) => name)).toEqual(['links', 'ef'])
})

test('variants are set apart by the one axis that does it, or by none', () => {
  const at = (a: number, b: number) => variantOf({ parameters: { a, b } })
  const all = [at(1, 1), at(1, 2), at(2, 1), at(2, 2), at(3, 1), at(3, 2)]
  const result = resultOf(all)
  expect(setApart(result, new Set(all.slice(2)))).toBe(' (a=2 and 3)')
  expect(setApart(result, new Set(all.slice(1)))).toBe('')
  expect(setApart(result, new Set(all))).toBe('')
})
