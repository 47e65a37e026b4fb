import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { candidates } from '../../src/bench/queues/candidates.ts'
import type { PendingEventSet } from '../../src/bench/queues/pending-event-set.ts'
import { workloads } from '../../src/bench/queues/workloads.ts'
import { slotOf } from '../../src/kernel/event-slots.ts'

/** What a queue must do, done by looking through everything. */
class Oracle {
  readonly events: { time: number; handle: number }[] = []
  push(time: number, handle: number) {
    this.events.push({ time, handle })
  }
  pop(limit: number) {
    const first = this.events.reduce((least, event) => Math.min(least, event.time), Number.POSITIVE_INFINITY)
    if (first > limit || this.events.length === 0) return undefined
    return this.events.splice(
      this.events.findIndex((event) => event.time === first),
      1,
    )[0]
  }
  cancel(handle: number) {
    const at = this.events.findIndex((event) => event.handle === handle)
    if (at >= 0) this.events.splice(at, 1)
    return at >= 0
  }
}

/** One kind of thing done `times` in a row; delays are drawn evenly from 0 to `ahead`. */
interface Step {
  readonly act: 'push' | 'pop' | 'hold' | 'cancel'
  readonly times: number
  readonly ahead: number
}

const ahead = fc.oneof(
  fc.constantFrom(0, 1, 5, 100),
  fc.integer({ min: 0, max: 53 }).map((exponent) => 2 ** exponent - 1),
)
const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('push', 'push', 'pop', 'pop', 'hold', 'hold', 'cancel'),
  times: fc.integer({ min: 1, max: 150 }),
  ahead,
})

/** Plays the steps on a queue and on the oracle. */
function play(queue: PendingEventSet, steps: readonly Step[]): void {
  const oracle = new Oracle()
  const handles: number[] = []
  let now = 0
  let most = 0
  let highest = 0
  let state = 1
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const push = (ahead: number) => {
    const time = Math.min(now + Math.floor(random() * (ahead + 1)), 2 ** 53 - 1)
    const handle = queue.push(time)
    oracle.push(time, handle)
    handles.push(handle)
    most = Math.max(most, oracle.events.length)
    highest = Math.max(highest, slotOf(handle))
  }
  const pop = (limit: number) => {
    const due = oracle.pop(limit)
    // Plain comparisons where there are many: `expect` costs more than all the rest.
    const slot = queue.pop(limit)
    if (slot !== (due ? slotOf(due.handle) : -1)) expect(slot).toBe(due && slotOf(due.handle))
    if (!due) return false
    if (queue.time !== due.time) expect(queue.time).toBe(due.time)
    now = due.time
    return true
  }
  const cancel = (handle: number) => {
    const slot = oracle.cancel(handle) ? slotOf(handle) : -1
    const cancelled = queue.cancel(handle)
    if (cancelled !== slot) expect(cancelled).toBe(slot)
  }

  for (const { act, times, ahead } of steps) {
    for (let i = 0; i < times; i++)
      if (act === 'push') push(ahead)
      else if (act === 'hold') {
        if (!pop(Infinity)) break
        push(ahead)
      } else if (act === 'pop') {
        if (!pop(now + ahead)) break
      } else if (handles.length > 0) cancel(handles[Math.floor(random() * handles.length)]!)
    expect(queue.size).toBe(oracle.events.length)
  }
  while (pop(Infinity));
  // The dead are never more than the live and 64.
  expect(highest).toBeLessThanOrEqual(2 * most + 64)
}

describe.each(Object.entries(candidates))('%s', (_, create) => {
  it('does what an exhaustive search would, whatever is pushed, popped and cancelled', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), (steps) =>
        play(create(), steps),
      ),
      { numRuns: 80, seed: 1 },
    )
  })

  it.each(workloads.map(({ name, start }) => [name, start] as const))(
    'gives events in order of time in the workload "%s"',
    (_, start) => {
      const queue = create()
      let pops = 0
      let last = 0
      const watched: PendingEventSet = {
        get time() {
          return queue.time
        },
        get size() {
          return queue.size
        },
        push: (time) => queue.push(time),
        cancel: (handle) => queue.cancel(handle),
        pop(limit) {
          const slot = queue.pop(limit)
          pops++
          if (slot < 0 || queue.time < last) throw new Error(`${queue.time} ns after ${last} ns`)
          last = queue.time
          return slot
        },
      }
      const run = start(watched, 5000)
      pops = 0
      run(20_000)
      expect(pops).toBe(20_000)
    },
  )

  it.each([0, 1, 300, 40_000, 98_950, 1e6, 2 ** 50])(
    'gives back the slots of timeouts that are cancelled, %i ns ahead as they may be',
    (delay) => {
      const queue = create()
      for (let i = 0; i < 1000; i++) queue.push(100 * i)
      for (let i = 0; i < 10; i++) queue.pop(Infinity)
      let highest = 0
      for (let i = 0; i < 20_000; i++) {
        const timeout = queue.push(queue.time + delay)
        highest = Math.max(highest, slotOf(timeout))
        queue.cancel(timeout)
      }
      expect(queue.size).toBe(990)
      // 1000 live, and no more dead than live ones and 64.
      expect(highest).toBeLessThanOrEqual(2 * 1000 + 64)
    },
  )
})
