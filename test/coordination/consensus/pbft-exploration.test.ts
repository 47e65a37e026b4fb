// Thousands of courses of events, each from a seed: whatever is lost, late, cut off or crashed, and whoever of f lies and how, sound
// replicas agree, do each request once, and answer when the network is well again. PBFT_SEEDS=10000 tries so many.
// That the exploration would find a mistake: with quorums smaller by one, view changes without certificates, or a safe fast path whose view
// changes ask for certificates alone, it finds disagreement within a thousand seeds.

import { describe, expect, test } from 'vitest'
import { explore } from './exploration.ts'
import { expectTranscript, Transcript } from './transcript.ts'

const SEEDS = Number(process.env.PBFT_SEEDS ?? 100)
const PATIENCE = 3_600_000

describe('in every course of events', () => {
  for (const fastPath of ['none', 'safe'] as const)
    test(
      `replicas agree and answer with fast path ${fastPath}`,
      () => {
        const views: number[] = []
        for (let seed = 0; seed < SEEDS; seed++) {
          const { group, liars, wrong } = explore(seed, { fastPath })
          expect(wrong, `seed ${seed}, liars ${JSON.stringify(liars)}`).toBeUndefined()
          views.push(group.metrics['pbft.new-views'] ?? 0)
        }
        // It is not peace that is explored.
        const changed = views.filter((count) => count > 0).length
        expect(changed).toBeGreaterThan(SEEDS / 3)
        if (process.env.PBFT_SEEDS)
          console.info(
            `${SEEDS} seeds with fast path ${fastPath}: no disagreement; ${changed} with new views`,
          )
      },
      PATIENCE,
    )
})

describe('the fast path as the document writes it', () => {
  const small = { lie: 'equivocate', small: true } as const

  /** The seed whose course goes wrong with the fewest messages. */
  const shortest = (seeds: readonly number[]): number =>
    seeds
      .map((seed) => {
        let messages = 0
        const listener = { hears: () => void messages++ }
        const { group } = explore(seed, { ...small, fastPath: 'document', listener })
        return { seed, messages: group.disagreement() ? messages : Number.POSITIVE_INFINITY }
      })
      .reduce((best, each) => (each.messages < best.messages ? each : best)).seed

  test('loses what it has decided when its leader equivocates and the view changes', () => {
    const seed = shortest(Array.from({ length: 150 }, (_, each) => each))
    const listener = new Transcript()
    const { group } = explore(seed, { ...small, fastPath: 'document', listener })
    const [one, other] = group.disagreement()!
    expect(one.instance).toBe(other.instance)
    expectTranscript(
      'pbft-document-fast-path',
      listener.text(
        `The fast path as OllamaMax writes it: more than 2/3 of the answers to a pre-prepare commit at once.\nSeed ${seed}. r0, the primary, tells some otherwise; ${one.by} and ${other.by} are sound and decide differently in place ${one.instance}.`,
      ),
    )
  })

  test('loses it too where nobody lies', () => {
    const lost = Array.from({ length: 500 }, (_, seed) => seed).find((seed) =>
      explore(seed, { small: true, lie: 'none', fastPath: 'document' }).group.disagreement(),
    )
    expect(lost).toBeDefined()
  })

  test('is alone in that: in the same courses neither the normal case nor the safe one does', () => {
    for (let seed = 0; seed < 100; seed++)
      for (const fastPath of ['none', 'safe'] as const)
        expect(explore(seed, { ...small, fastPath }).wrong, `seed ${seed}, ${fastPath}`).toBeUndefined()
  })
})
