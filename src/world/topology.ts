// What a core gives when it is not alone with its thread: a second hardware thread shares its units, and more threads
// than cores switch. Both are rates of the fluid, at the instant's load:
// - Linux spreads over the cores first, so that with `busy` logical cores in use the first `cores` of them have one each
//   and the others add `second-thread` of a core;
// - where a core has more threads to run than one, each timeslice costs a switch.
// Cores 0 to n / s - 1 are on the first of s sockets, and so on; what is read in bulk across sockets comes more slowly (`host.ts`).
// Left out: latency to another socket's memory, caches that go cold, which pinned threads share a core, clock rates that vary.

import { count, duration, number, ratio } from '../parameters.ts'
import { us } from '../units.ts'

export const topologyParameters = {
  cores: count({ meaning: 'number of cores', default: 12, min: 1, max: 1024 }),
  sockets: count({
    meaning: 'sockets that the cores are on, alike; each has memory of its own',
    default: 1,
    min: 1,
    max: 16,
  }),
  speed: number({
    meaning: 'speed of a core relative to the one that costs were measured on',
    default: 1,
    min: 0.001,
    max: 1000,
  }),
  threadsPerCore: count({
    meaning:
      'hardware threads of a core, 1 or 2; with 2 there are twice as many logical cores, to be named and limited as such',
    default: 1,
    min: 1,
    max: 2,
  }),
  secondThread: ratio({
    meaning: 'what the second hardware thread adds to a core that is busy, as a share of a core',
    default: 0.25,
    source:
      '[P] up to 0.3 on server benchmarks (Intel Technology Journal 6(1), 2002, p. 11); nothing where the units are full',
  }),
  contextSwitch: duration({
    meaning:
      'what each switch from one thread to another costs where there are more threads to run than cores',
    default: 0,
    source:
      '[P] 1 to 5 µs in itself, 3.5 µs measured between two processes; cold caches may add ten times that',
  }),
  timeslice: duration({
    meaning: 'how long a thread runs before the next one has its turn',
    default: us(2800),
    min: 1,
    source: '[S] Linux kernel/sched/fair.c: base_slice_ns, 0.7 ms × (1 + log2 of the cores, at most 8)',
  }),
} as const

/** The cores of a host, or of anything that is shared as they are. */
export interface Topology {
  readonly cores: number
  readonly sockets: number
  readonly speed: number
  readonly threadsPerCore: number
  readonly secondThread: number
  readonly contextSwitch: number
  readonly timeslice: number
}

/** Cores that are nothing but themselves. */
export const plainCores = (cores: number): Topology => ({
  cores,
  sockets: 1,
  speed: 1,
  threadsPerCore: 1,
  secondThread: 0,
  contextSwitch: 0,
  timeslice: 1,
})

/** The sockets that these logical cores are on. */
export const socketsOf = ({ cores, sockets }: Topology, logical: readonly number[]): ReadonlySet<number> =>
  new Set(logical.map((core) => Math.floor(((core % cores) * sockets) / cores)))

/** What each of `busy` logical cores gives, relative to a core whose second thread is idle. */
export const threadYield = ({ cores, secondThread }: Topology, busy: number): number =>
  busy <= cores ? 1 : (cores + (busy - cores) * secondThread) / busy

/** What switches leave of a core, with so many threads to run per core. */
export function switchYield({ contextSwitch, timeslice }: Topology, threadsPerCore: number): number {
  const crowded = Math.max(0, Math.min(1, threadsPerCore - 1))
  return 1 - (crowded * contextSwitch) / (timeslice + contextSwitch)
}
