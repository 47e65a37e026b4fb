import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { axesOf, labelOf, placeOf, ranked, representatives, worst } from '../../src/report/axes.ts'
import type { Variant } from '../../src/results/result.ts'
import { matrix, metric, nothing, queueing } from './sample-results.ts'

const [some] = queueing().variants
const variantOf = (value: number | null, i: number): Variant => ({
  ...some!,
  name: `v${i}`,
  parameters: { i },
  metrics: { m: metric(value, 'ns', '') },
})

describe('axes', () => {
  test('are the parameters that differ, numbers ascending', () => {
    expect(axesOf(matrix().variants)).toEqual([
      { name: 'agents', numeric: true, values: [1, 10, 54] },
      { name: 'mode', numeric: false, values: ['sequential', 'concurrent', 'batched'] },
      { name: 'slots', numeric: true, values: [1, 4, 16, 54] },
    ])
  })

  test('of one variant are none, and its label is its name', () => {
    expect(axesOf(queueing().variants)).toEqual([])
    expect(labelOf(queueing().variants[0]!, [])).toBe('one-ollama-four-slots')
  })

  test('label a variant with their names or without', () => {
    const { variants } = matrix()
    expect(labelOf(variants[0]!, axesOf(variants))).toBe('agents=1 mode=sequential slots=1')
    expect(placeOf(variants[0]!, axesOf(variants))).toBe('1 · sequential · 1')
  })
})

describe('representatives', () => {
  const lists = fc.array(fc.option(fc.integer({ min: 0, max: 50 })), { minLength: 1, maxLength: 60 })

  test('are as many as asked for, of the list and in its order, with the best and the worst', () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 2, max: 24 }), (values, most) => {
        const variants = values.map(variantOf)
        const shown = representatives(variants, 'm', most)
        expect(shown.length).toBe(Math.min(most, variants.length))
        expect(variants.filter((variant) => shown.includes(variant))).toEqual(shown)
        const order = ranked(variants, 'm')
        expect(shown).toContain(order[0])
        expect(shown).toContain(order.at(-1))
      }),
    )
  })

  test('keep those that must be shown', () => {
    const variants = Array.from({ length: 50 }, (_, i) => variantOf(i, i))
    expect(representatives(variants, 'm', 5, [variants[7]!, variants[31]!])).toContain(variants[31])
  })
})

test('the worst variant is never one in which nothing was observed, if there is another', () => {
  const variants = [variantOf(3, 0), variantOf(null, 1), variantOf(9, 2)]
  expect(worst({ ...nothing(), variants }, 'm')).toBe(variants[2])
  expect(worst(nothing(), 'm')).toBeUndefined()
})
