import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { heldBy, judged, type Trial, trialOf } from '../../src/cli/self-test-trial.ts'
import { gateOf, type Judge } from '../../src/gate/self-test.ts'
import { renderSelfTest, type ShownSelfTest } from '../../src/report/self-test.ts'
import { inEmptyFolder, rehearsal } from './session.ts'

inEmptyFolder()

const MINUTES = 300_000
const COMPARISONS = 20

let trial: Trial
beforeAll(async () => {
  trial = await trialOf(COMPARISONS, () => {})
}, MINUTES)

describe('gate --self-test', () => {
  test(
    'holds, writes down what it found, and finds the same each time',
    async () => {
      const args = ['--comparisons', String(COMPARISONS), '--json', '--out', 'found.md']
      const { code, out } = await rehearsal('gate', '--self-test', ...args)
      const found: ShownSelfTest & { readonly schema: string } = JSON.parse(out)
      expect(found.holds.filter(({ holds }) => !holds)).toEqual([])
      expect(code).toBe(0)
      expect(found.schema).toBe('rehearsal/self-test/2')
      const { alike, seen } = await judged(trial)
      expect(found.alike).toEqual(alike)
      expect(found.slower.map((each) => each.seen)).toEqual(seen)
      // Cost and queueing: 1 % more of the 2 ms of a busy queen is about 1 % of the latency.
      expect(found.slower[0]!.effects['latency.mean']).toBeCloseTo(0.01, 2)
      expect(found.slower.map(({ causes }) => [causes.change, causes.cause])).toEqual(Array(6).fill([2, 2]))
      const text = readFileSync('found.md', 'utf8')
      expect(text).toBe(renderSelfTest(found))
      expect(text).toContain('note, queen to ledger: 4.03 instead of 4 a request')
    },
    MINUTES,
  )

  test('is refused with what is for scenarios, and its options without it', async () => {
    expect(await rehearsal('gate', 'fleet.yaml', '--self-test', '--base', 'main', '--verify')).toMatchObject({
      code: 2,
      err: expect.stringContaining('leave out fleet.yaml, --base, --verify'),
    })
    expect(await rehearsal('gate', '--comparisons', '50', '--out', 'x.md')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--comparisons, --out: for --self-test alone'),
    })
    expect(await rehearsal('gate', '--self-test', '--comparisons', '3')).toMatchObject({
      code: 2,
      err: expect.stringContaining('from 20'),
    })
  })
})

describe('what the self-test asks', () => {
  /** What does not hold of a gate that judges so instead of `whole`. */
  const broken = async (judgeOf: (whole: Judge) => Judge): Promise<readonly string[]> => {
    const found = await judged(trial, (...terms) => judgeOf(gateOf(...terms)))
    return heldBy(found).flatMap(({ what, holds }) => (holds ? [] : [what]))
  }

  test(
    'holds of the gate, and not of one that is broken',
    async () => {
      expect(await broken((whole) => whole)).toEqual([])
      const swapped = await broken((whole) => (a, b) => whole(b, a))
      expect(swapped).toEqual([expect.stringContaining('5 % fails every gate')])
      const blind = await broken((whole) => (a) => whole(a, a))
      expect(blind).toEqual([
        expect.stringContaining('every slow-down, of 1 % too'),
        expect.stringContaining('shown by'),
        expect.stringContaining('5 % fails every gate'),
      ])
      const rash = await broken((whole) => (...sides) => {
        const { findings } = whole(...sides)
        const worse = findings.some(({ baseline, now, better }) => better === 'lower' && now! > baseline!)
        return { findings, verdict: worse ? 'fail' : 'pass' }
      })
      expect(rash).toContainEqual(expect.stringContaining('on other seeds'))
    },
    MINUTES,
  )
})
