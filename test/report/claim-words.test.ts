import { describe, expect, test } from 'vitest'
import { isConditional, reachOf, verdictInWords } from '../../src/report/claim-words.ts'
import type { Extent, Verdict } from '../../src/results/result.ts'

/** Of five variants. */
const extent = (holds: number, own?: readonly [variants: number, holds: number]): Extent => ({
  variants: 5,
  holds,
  ...(own ? { own: { condition: 'slots >= 56', variants: own[0], holds: own[1] } } : {}),
})

describe('how far a verdict goes', () => {
  test.each<[string, Verdict, Extent | undefined, boolean]>([
    ['reproduced', 'reproduced', undefined, false],
    ['reproduced', 'reproduced', extent(5), false],
    ['reproduced where slots >= 56 (1 of 5 variants), not elsewhere', 'reproduced', extent(1, [1, 1]), true],
    [
      'reproduced where slots >= 56 (1 of 5 variants), and in 2 of the 4 others',
      'reproduced',
      extent(3, [1, 1]),
      true,
    ],
    [
      'reproduced where slots >= 56 (2 of 5 variants), and elsewhere too',
      'reproduced',
      extent(5, [2, 2]),
      false,
    ],
    ['refuted', 'refuted', extent(0), false],
    ['refuted though it holds in 4 of 5 variants', 'refuted', extent(4), false],
    ['refuted where slots >= 56 (2 of 5 variants)', 'refuted', extent(0, [2, 0]), false],
    [
      'refuted where slots >= 56 (2 of 5 variants), though it holds in 3 of 5 variants',
      'refuted',
      extent(3, [2, 0]),
      false,
    ],
    ['out of reach', 'out of reach', extent(2), false],
  ])('%s', (words, verdict, extent, conditional) => {
    const claim = { verdict, ...(extent ? { extent } : {}) }
    expect(verdictInWords(claim)).toBe(words)
    expect(`${verdict} ${reachOf(claim)}`.trim()).toBe(words)
    expect(isConditional(claim)).toBe(conditional)
  })
})
