import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { suspicions } from '../../../src/bench/costs/measure.ts'
import { nominalText } from '../../../src/bench/costs/text.ts'
import { nominal } from '../../../src/world/costs/nominal.ts'

test('the committed table is as the bench writes it', () => {
  expect(nominalText(nominal)).toBe(readFileSync('src/world/costs/nominal.ts', 'utf8'))
})

describe('what speaks against a figure', () => {
  test('nothing, where a batch is long against the clock and twice of it takes twice as long', () => {
    expect(suspicions({ ns: 12, steps: 1000, ratio: 1.97 })).toEqual([])
    expect(suspicions({ ns: 12 })).toEqual([])
  })

  test('a batch near the step of the clock', () => {
    expect(suspicions({ ns: 2000, steps: 2, ratio: 2 })).toEqual(['a batch is only 2 steps of the clock'])
  })

  test('work that takes no time, and twice as much that takes no more: it was left out', () => {
    expect(suspicions({ ns: 0.3, steps: 1000, ratio: 1.02 })).toEqual([
      '0.30 ns is less than any work takes',
      'twice the operations take 1.02 times the time',
    ])
  })
})
