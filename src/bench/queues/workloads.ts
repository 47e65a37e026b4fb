// What a pending event set is measured on. One step takes one event out and puts one in ("hold"), with delays of one
// distribution each; the further ones are the worst cases known of one queue or another.

import type { PendingEventSet } from './pending-event-set.ts'

export interface Workload {
  readonly name: string
  /** Whether it is there to show that nothing breaks, rather than for what simulations do. */
  readonly worstCase: boolean
  /** Fills the queue with `pending` events; the function returned then handles so many events. */
  start(queue: PendingEventSet, pending: number): (events: number) => void
}

const MEAN_NS = 1e9

/** A linear congruential generator whose high bits choose from a table: a delay costs 2 ns, less than any queue. */
function exponentialDelays(): () => number {
  let state = 12345
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state >>> 16
  }
  const table = Float64Array.from({ length: 65536 }, () => -Math.log((next() + 0.5) / 65536) * MEAN_NS)
  return () => Math.floor(table[next()]! + (state & 0xffff))
}

function hold(
  { name, worstCase }: Pick<Workload, 'name' | 'worstCase'>,
  delays: () => () => number,
  prepare?: (queue: PendingEventSet) => void,
): Workload {
  return {
    name,
    worstCase,
    start(queue, pending) {
      const delay = delays()
      prepare?.(queue)
      for (let i = 0; i < pending; i++) queue.push(delay())
      return (events) => {
        for (let i = 0; i < events; i++) {
          queue.pop(Number.POSITIVE_INFINITY)
          queue.push(queue.time + delay())
        }
      }
    },
  }
}

const exponential = hold({ name: 'exponential', worstCase: false }, exponentialDelays)

/** Some hundreds of events at each time when thousands are pending. */
const bursts = hold({ name: 'bursts', worstCase: false }, () => {
  const delay = exponentialDelays()
  return () => Math.ceil(delay() / (MEAN_NS / 20)) * (MEAN_NS / 20)
})

const sameTime = hold({ name: 'same time', worstCase: true }, () => () => 0)

/** One event 52 days away, seen by the queue when there was hardly another. */
const outlier = hold({ name: 'outlier', worstCase: true }, exponentialDelays, (queue) => {
  queue.push(0)
  queue.push(2 ** 52)
  queue.pop(0)
})

/** Delays from 1 ns to 18 minutes, every power of two as likely as any other. */
const powers = hold({ name: 'powers of two', worstCase: true }, () => {
  const delay = exponentialDelays()
  return () => 2 ** (delay() % 41)
})

/** Near and far events; and each event sets a timeout and cancels one set earlier. */
const timeouts: Workload = {
  name: 'timeouts',
  worstCase: false,
  start(queue, pending) {
    const near = exponentialDelays()
    const delay = () => (near() & 1 ? near() : 100 * near())
    for (let i = 0; i < pending; i++) queue.push(delay())
    const handles = new Float64Array(Math.ceil(pending / 10))
    let oldest = 0
    return (events) => {
      for (let i = 0; i < events; i++) {
        queue.pop(Number.POSITIVE_INFINITY)
        queue.push(queue.time + delay())
        queue.cancel(handles[oldest]!)
        handles[oldest] = queue.push(queue.time + 1000 * MEAN_NS)
        oldest = (oldest + 1) % handles.length
      }
    }
  },
}

/** Each event comes before all those pushed so far; then all are popped. */
const decreasing: Workload = {
  name: 'decreasing',
  worstCase: true,
  start(queue, pending) {
    return (events) => {
      for (let done = 0; done < events; done += pending) {
        const start = queue.time
        for (let i = pending; i > 0; i--) queue.push(start + i * 1000)
        for (let i = 0; i < pending; i++) queue.pop(Number.POSITIVE_INFINITY)
      }
    }
  },
}

export const workloads: readonly Workload[] = [
  exponential,
  bursts,
  timeouts,
  sameTime,
  outlier,
  powers,
  decreasing,
]
