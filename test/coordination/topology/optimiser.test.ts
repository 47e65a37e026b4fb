import { describe, expect, test } from 'vitest'
import { optimise, rank } from '../../../src/coordination/topology/optimiser.ts'
import type { Figures, Weights } from '../../../src/coordination/topology/optimiser-scores.ts'
import { ms } from '../../../src/units.ts'

const WEIGHTS: Weights = { latency: 0.4, throughput: 0.3, success: 0.2, utilisation: 0.1 }
const FIGURES: Readonly<Record<string, Figures>> = {
  hierarchical: { latency: ms(200), throughput: 10, success: 0.9, utilisation: 0.5 },
  mesh: { latency: ms(100), throughput: 5, success: 1, utilisation: 0.25 },
  ring: { latency: ms(400), throughput: 8, success: 0.8, utilisation: 0.4 },
}

describe('the optimiser', () => {
  test('evaluates every topology on the workload, says which is best and by how much', () => {
    const asked: string[] = []
    const verdict = optimise('the workload', Object.keys(FIGURES), WEIGHTS, (topology, workload) => {
      asked.push(`${topology} on ${workload}`)
      return FIGURES[topology]!
    })
    expect(asked).toEqual(['hierarchical on the workload', 'mesh on the workload', 'ring on the workload'])
    expect(verdict.ranking.map(({ topology, score }) => `${topology} ${score.toFixed(2)}`)).toEqual([
      'mesh 0.80',
      'hierarchical 0.78',
      'ring 0.58',
    ])
    expect(verdict.best).toBe('mesh')
    expect(verdict.lead).toBeCloseTo(0.8 / 0.78 - 1, 12)
  })

  test('names the first of equals, and gives it no lead', () => {
    const figures = FIGURES.ring!
    const { best, lead } = rank(
      [
        { topology: 'b', figures },
        { topology: 'a', figures },
      ],
      WEIGHTS,
    )
    expect([best, lead]).toEqual(['b', 0])
  })

  test('gives the only candidate no lead', () => {
    expect(rank([{ topology: 'ring', figures: FIGURES.ring! }], WEIGHTS).lead).toBe(0)
  })
})
