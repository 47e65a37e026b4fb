import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignmentCosts, type CostTerms, compatibilityMatrix } from '../../../src/coordination/index.ts'

const TERMS: CostTerms = { mismatch: 0.6, load: 0.4, maxLoad: 0, least: 0 }

describe('compatibility', () => {
  test('is the mean of the skills that a task needs, 0 for those an agent does not have, 1 where nothing is needed', () => {
    const matrix = compatibilityMatrix(
      [['code'], ['code', 'search'], []],
      [{ code: 1 }, { code: 0.5, search: 0.7 }],
    )
    expect(Array.from(matrix)).toEqual([1, 0.5, 0.5, 0.6, 1, 1])
  })

  test('takes no skill from what every object has', () => {
    expect(Array.from(compatibilityMatrix([['toString']], [{}]))).toEqual([0])
  })
})

describe('the cost of a pair', () => {
  test('is 0.6 × (1 − compatibility) + 0.4 × load / max load, as the document has it', () => {
    // Two tasks, two agents with loads 1 and 4.
    const compatibility = Float64Array.of(1, 0, 0.5, 0.25)
    const costs = assignmentCosts(compatibility, Float64Array.of(1, 4), TERMS)
    expect(Array.from(costs, (cost) => cost.toFixed(6))).toEqual([
      '0.100000',
      '1.000000',
      '0.400000',
      '0.850000',
    ])
    const full = assignmentCosts(compatibility, Float64Array.of(1, 4), { ...TERMS, maxLoad: 8 })
    expect(Array.from(full, (cost) => cost.toFixed(6))).toEqual([
      '0.050000',
      '0.800000',
      '0.350000',
      '0.650000',
    ])
  })

  test('is the mismatch alone where nobody has anything to do', () => {
    expect(Array.from(assignmentCosts(Float64Array.of(1, 0), Float64Array.of(0, 0), TERMS))).toEqual([0, 0.6])
  })

  test('of an agent that meets the task whole is less than of one that does not at all, whatever their loads', () => {
    // So that with the document's weights no queue is long enough to send a task to somebody idle who is not good at it.
    const loads = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 2 })
    fc.assert(
      fc.property(loads, (each) => {
        const [meets, lacks] = assignmentCosts(Float64Array.of(1, 0), Float64Array.from(each), TERMS)
        expect(meets).toBeLessThan(lacks!)
      }),
    )
  })

  test('is infinite below the least compatibility', () => {
    const costs = assignmentCosts(Float64Array.of(0.5, 0.49), Float64Array.of(0, 0), { ...TERMS, least: 0.5 })
    expect(costs[0]).toBeLessThan(1)
    expect(costs[1]).toBe(Infinity)
  })
})
