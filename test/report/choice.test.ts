import { array, assert, constant, double, integer, oneof, property, subarray } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seedsOf } from '../../src/report/axes.ts'
import { chosen, noteOnChoice } from '../../src/report/choice.ts'
import { combine } from '../../src/results/assemble.ts'
import { campaign } from './campaign-sample.ts'

const result = campaign()
const all = new Set(result.variants.keys())
const seeds = new Set(seedsOf(result.variants))

test('all variants and seeds are the result itself', () => {
  expect(chosen(result, { variants: all, seeds })).toEqual(result)
})

test('the figures of some seeds are what a run of these seeds alone would have given', () => {
  const sample = oneof(double({ noNaN: true, min: -1e12, max: 1e12 }), constant(null))
  const runs = integer({ min: 1, max: 8 }).chain((count) =>
    array(sample, { minLength: count, maxLength: count }),
  )
  assert(
    property(
      runs.chain((samples) =>
        subarray([...samples.keys()], { minLength: 1 }).map((kept) => ({ samples, kept })),
      ),
      ({ samples, kept }) => {
        const records = samples.map((value) => ({
          measured: 1,
          metrics: { one: { unit: 'ns' as const, better: 'lower' as const, meaning: 'one', value } },
          series: {},
          histograms: {},
          breakdown: [],
        }))
        const names = samples.map((_, i) => `seed-${i}`)
        const whole = { ...result.variants[0]!, ...combine(records, names) }
        const [some] = chosen(
          { ...result, variants: [whole] },
          { variants: new Set([0]), seeds: new Set(kept.map((i) => names[i]!)) },
        ).variants
        const alone = combine(
          kept.map((i) => records[i]!),
          kept.map((i) => names[i]!),
        )
        expect(some!.metrics).toEqual(alone.metrics)
        expect(some!.seeds).toEqual(alone.seeds)
      },
    ),
  )
})

test('a variant that has run none of the seeds is not there', () => {
  const [first, ...others] = result.variants
  const shorter = { ...result, variants: [{ ...first!, seeds: ['9'] }, ...others] }
  const some = chosen(shorter, { variants: all, seeds: new Set(['1']) })
  expect(some.variants.map(({ name }) => name)).toEqual(others.map(({ name }) => name))
})

test('of the speedups those stay on whose line a chosen variant lies', () => {
  const hasty = new Set([...all].filter((i) => result.variants[i]!.parameters.mode === 'hasty'))
  expect(chosen(result, { variants: hasty, seeds }).speedups.map(({ where }) => where)).toEqual([
    { mode: 'hasty' },
  ])
  expect(chosen(result, { variants: new Set(), seeds }).speedups).toEqual([])
})

describe('what a drawing shows besides what is chosen is said', () => {
  const some = { variants: all, seeds: new Set(['2', '3']) }
  test.each([
    [{ shows: 'first seed' as const }, ' Of seed 1, whichever are chosen.'],
    [{ shows: 'all seeds' as const }, ' Of all 4 seeds, whichever are chosen.'],
    [{ shows: 'all' as const }, ' Of all variants of its line and all seeds, whichever are chosen.'],
    [{}, ''],
  ])('%o', (chart, note) => {
    expect(noteOnChoice(chart, result, some)).toBe(note)
  })

  test('and nothing where all seeds are', () => {
    expect(noteOnChoice({ shows: 'all seeds' }, result, { variants: new Set([0]), seeds })).toBe('')
  })
})
