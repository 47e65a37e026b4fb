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
  /** Pops one and pushes one, so often. */
  | { readonly hold: number; readonly delay: number }

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
  { weight: 4, arbitrary: fc.record({ hold: fc.integer({ min: 1, max: 200 }), delay }) },
  { weight: 2, arbitrary: fc.record({ cancel: fc.nat(), times: fc.integer({ min: 1, max: 150 }) }) },
)

/** Plays the steps on a queue and on the oracle; `spread` moves the pushes of one step apart. */
function play(queue: PendingEventSet, steps: readonly Step[], spread: number): void {
  const oracle = new Oracle()
  const handles: number[] = []
  let now = 0
  let most = 0
  let highest = 0
  const push = (delay: number) => {
    // Apart by any number of nanoseconds, and not in order: multiples of a number coprime to the modulus.
    const apart = spread === 0 ? 0 : (handles.length * 7919) % spread
    const time = Math.min(now + delay + apart, 2 ** 53 - 1)
    const handle = queue.push(time)
    oracle.push(time, handle)
    handles.push(handle)
    most = Math.max(most, oracle.events.length)
    highest = Math.max(highest, slotOf(handle))
  }
  const pop = (limit: number) => {
    const due = oracle.pop(limit)
    expect(queue.pop(limit)).toBe(due ? slotOf(due.handle) : -1)
    if (!due) return false
    expect(queue.time).toBe(due.time)
    now = due.time
    return true
  }
  const cancel = (handle: number) =>
    expect(queue.cancel(handle)).toBe(oracle.cancel(handle) ? slotOf(handle) : -1)

  for (const step of steps) {
    if ('push' in step) for (let i = 0; i < step.times; i++) push(step.push)
    else if ('pop' in step) for (let i = 0; i < step.pop && pop(now + step.limit); i++);
    else if ('hold' in step) for (let i = 0; i < step.hold && pop(Infinity); i++) push(step.delay)
    else
      for (let i = 0; i < step.times && handles.length > 0; i++)
        cancel(handles[(step.cancel + i * 31) % handles.length]!)
    expect(queue.size).toBe(oracle.events.length)
  }
  while (pop(Infinity));
  // The dead are never more than the live and 64.
  expect(highest).toBeLessThanOrEqual(2 * most + 64)
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

  it.each([0, 1, 300, 40_000, 99_999, 1e6, 2 ** 50])(
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
