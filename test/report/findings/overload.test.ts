import { describe, expect, test } from 'vitest'
import { overload } from '../../../src/report/findings/overload.ts'
import type { Fault } from '../../../src/results/result.ts'
import { resultOf, S, seriesOf, variantOf } from './made.ts'

const seconds = (count: number, value: (second: number) => number) =>
  seriesOf(Array.from({ length: count }, (_, i) => value(i)))

const said = (inSystem: (second: number) => number, answered = 10, faults: readonly Fault[] = []) =>
  overload(
    resultOf([
      variantOf({
        rest: {
          faults,
          series: {
            'in-system': seconds(240, inSystem),
            throughput: { ...seconds(240, () => answered), unit: '/s' },
          },
        },
      }),
    ]),
  ).map(({ text }) => text)

/** A single server's queue from slot to slot, at 95 % of its capacity; Lehmer's draws. */
function queueAt95(): (second: number) => number {
  let state = 7
  const draw = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  let queue = 0
  const lengths = Array.from({ length: 240 }, () => {
    for (let slot = 0; slot < 100; slot++) {
      if (draw() < 0.475) queue++
      if (queue > 0 && draw() < 0.5) queue--
    }
    return queue
  })
  return (second) => lengths[second]!
}

describe('a queue that grows for as long as work comes', () => {
  test('thirteen a second come and ten are answered: three a second more', () => {
    expect(said((second) => 3 * second)).toEqual([
      'The number of requests in the system grows by 3/s to the end of the run: more comes than is done, so the figures hang on how long the run is.',
    ])
  })

  test('what is worked off once nothing more comes had grown all the same', () => {
    expect(said((second) => (second < 150 ? 3 * second : 450 - 5 * (second - 150)))[0]).toMatch(
      /grows by 3\/s to 4\d\d, before it is worked off: as long as that lasts more comes than is done\.$/,
    )
  })

  test('a queue in balance wanders, at 95 % of its capacity far, and none is told', () => {
    const wandering = queueAt95()
    expect(Math.max(...Array.from({ length: 240 }, (_, i) => wandering(i)))).toBeGreaterThan(20)
    expect(said(wandering, 47.5)).toEqual([])
    expect(said(() => 40)).toEqual([])
  })

  test('a batch that is there from the beginning and falls is none, nor a little growth beside what is answered', () => {
    expect(said((second) => 500 - 2 * second)).toEqual([])
    expect(said((second) => 0.3 * second)).toEqual([])
  })

  test('what piles up after a fault is the effect of the fault', () => {
    const crash: Fault = { at: 20 * S, until: null, kind: 'crash', befalls: 'host', target: 'a', detail: '' }
    expect(said((second) => Math.max(1, 9 * (second - 20)), 10, [crash])).toEqual([])
    expect(said((second) => 3 * second, 10, [{ ...crash, at: 200 * S }])[0]).toMatch(
      /grows by 3\/s to the first fault/,
    )
  })
})
