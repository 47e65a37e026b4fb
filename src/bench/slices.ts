// How fast a world runs: timed slice by slice, of which the best counts, since what disturbs a slice only slows it down.

import type { World } from '../world/world.ts'

const SLICES = 30
const EVENTS = 100_000

/** Events per second of wall time in the best of many slices, each long enough to hold its share of garbage collection. */
export function eventsPerSecond(world: World): number {
  let least = Number.POSITIVE_INFINITY
  for (let slice = 0; slice < SLICES; slice++) {
    const began = performance.now()
    world.simulation.run({ events: EVENTS })
    least = Math.min(least, performance.now() - began)
  }
  return (EVENTS / least) * 1000
}
