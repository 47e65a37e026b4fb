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

type Step =
  | { readonly push: number; readonly times: number }
  | { readonly pop: number; readonly limit: number }
  | { readonly cancel: number; readonly times: number }

const delay = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 1000 }),
  fc.integer({ min: 0, max: 1e9 }),
  fc.integer({ min: 0, max: 40 }).map((exponent) => 2 ** exponent),
  fc.constant(2 ** 52),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ push: delay, times: fc.integer({ min: 1, max: 100 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      pop: fc.integer({ min: 1, max: 200 }),
      limit: fc.oneof({ weight: 3, arbitrary: fc.constant(2 ** 53) }, { weight: 1, arbitrary: delay }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ cancel: fc.nat(), times: fc.integer({ min: 1, max: 150 }) }) },
)

/** Plays the steps on a queue and on the oracle; `spread` moves the pushes of one step apart. */
function play(queue: PendingEventSet, steps: readonly Step[], spread: number): void {
  const oracle = new Oracle()
  const handles: number[] = []
  let now = 0
  let pushed = 0
  for (const step of steps) {
    if ('push' in step)
      for (let i = 0; i < step.times; i++) {
        // Apart by any number of nanoseconds, and not in order: multiples of a number coprime to the modulus.
        const apart = spread === 0 ? 0 : (pushed * 7919) % spread
        const time = Math.min(now + step.push + apart, 2 ** 53 - 1)
        pushed++
        const handle = queue.push(time)
        oracle.push(time, handle)
        handles.push(handle)
      }
    else if ('pop' in step)
      for (let i = 0; i < step.pop; i++) {
        const limit = now + step.limit
        const due = oracle.pop(limit)
        const slot = queue.pop(limit)
        expect(slot).toBe(due ? slotOf(due.handle) : -1)
        if (!due) break
        expect(queue.time).toBe(due.time)
        now = due.time
      }
    else
      for (let i = 0; i < step.times && handles.length > 0; i++) {
        const handle = handles[(step.cancel + i * 31) % handles.length]!
        expect(queue.cancel(handle)).toBe(oracle.cancel(handle) ? slotOf(handle) : -1)
      }
    expect(queue.size).toBe(oracle.events.length)
  }
  for (let due = oracle.pop(Infinity); due; due = oracle.pop(Infinity)) {
    expect(queue.pop(Infinity)).toBe(slotOf(due.handle))
    expect(queue.time).toBe(due.time)
  }
  expect(queue.pop(Infinity)).toBe(-1)
}

describe.each(Object.entries(candidates))('%s', (_, create) => {
  it('does what an exhaustive search would, whatever is pushed, popped and cancelled', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom(0, 2, 1000, 1e9, 2 ** 45),
        (steps, spread) => play(create(), steps, spread),
      ),
      { numRuns: 150, seed: 1 },
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
      start(watched, 5000)(20_000)
      expect(pops).toBe(20_000)
    },
  )

  it('gives back the slots of timeouts that were cancelled, far as they may be', () => {
    const queue = create()
    let highest = 0
    for (let i = 0; i < 100_000; i++) {
      queue.push(i)
      const timeout = queue.push(2 ** 50 + i)
      highest = Math.max(highest, slotOf(timeout))
      queue.cancel(timeout)
      queue.pop(i)
    }
    expect(queue.size).toBe(0)
    // Two at a time, and the dead that no queue may have more of than live ones and 64.
    expect(highest).toBeLessThan(100)
  })
})
