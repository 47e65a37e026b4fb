// What size costs: the same processes on one host and on 500, a run with its timeline taken down, and memory over ten virtual
// hours in which hosts crash, links are cut and processes are killed.

import type { Coordinator, Env } from '../env/index.ts'
import { Timeline } from '../observe/timeline.ts'
import { hours, minutes, ms, seconds } from '../units.ts'
import { play } from '../world/faults/plan.ts'
import { draw } from '../world/faults/profile.ts'
import { faults } from '../world/faults/registry.ts'
import type { World } from '../world/world.ts'
import { fleet } from './messages.ts'
import type { Row } from './row.ts'
import { eventsPerSecond } from './slices.ts'

const PROCESSES = 500
const EVENTS_PER_MESSAGE = 2

export const measure = (): Row[] => [
  // First, while nothing else is on the heap.
  tenHours(),
  ...[PROCESSES, 1].map((perHost) => ({
    name: `${PROCESSES} processes on ${PROCESSES / perHost === 1 ? 'one host' : `${PROCESSES / perHost} hosts`}`,
    pending: PROCESSES,
    perSecond: eventsPerSecond(fleet({ processes: PROCESSES, perHost })) / EVENTS_PER_MESSAGE,
  })),
  {
    name: 'with a timeline',
    pending: PROCESSES,
    perSecond:
      eventsPerSecond(fleet({ processes: PROCESSES, timeline: new Timeline(0, seconds(3600)) })) /
      EVENTS_PER_MESSAGE,
    note: `against ${PROCESSES / 10} hosts without`,
  },
]

/** Asks a peer every 100 ms, whatever becomes of it. */
const steady = (env: Env, peers: readonly { readonly name: string }[]): Coordinator => ({
  *start() {
    for (let turn = 0; ; turn++) {
      yield* env.sleep(ms(100))
      try {
        yield* env.call(peers[turn % peers.length]!, { kind: 'ask' }, ms(50))
      } catch {
        // It, or the way to it, is gone for now.
      }
    }
  },
  // biome-ignore lint/correctness/useYield: it answers at once
  *handle() {
    return { kind: 'answer' }
  },
})

function tenHours(): Row {
  const world = fleet({ processes: 50, create: steady })
  play(world, draw(troubles, world, faults), faults)
  const began = performance.now()
  const heaps: number[] = []
  for (let hour = 1; hour <= 10; hour++) {
    world.simulation.run({ until: hours(hour) })
    heaps.push(heapBytes(world))
  }
  const taken = (performance.now() - began) / 1000
  const shown = [heaps[0]!, heaps[4]!, heaps[9]!].map((bytes) => (bytes / 2 ** 20).toFixed(1))
  return {
    name: 'ten hours with 600 faults',
    pending: world.simulation.pending,
    perSecond: world.simulation.processed / taken,
    note: `heap after 1, 5 and 10 h: ${shown.join(', ')} MiB`,
  }
}

const lasts = { kind: 'exponential', mean: seconds(20) }
const hosts = [{ name: 'host' }]
const troubles = {
  from: 0,
  until: hours(10) - minutes(1),
  count: 600,
  entries: [
    { kind: 'crash', rate: 1, lasts, spread: 'one', values: { host: hosts } },
    { kind: 'kill', rate: 1, lasts, spread: 'one', values: { process: [{ name: 'agent' }] } },
    {
      kind: 'partition',
      rate: 1,
      lasts,
      spread: 'one',
      values: { between: [hosts, hosts], direction: 'both' },
    },
  ],
} as const

/** Bytes of the heap that are still needed. `world` is, too, until it has been looked at. */
function heapBytes(world: World): number {
  globalThis.gc?.()
  const { heapUsed } = process.memoryUsage()
  return world ? heapUsed : 0
}
