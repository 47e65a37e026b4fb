// What faults have in common: finding hosts by name, and ending after a while.

import type { Reference } from '../../parameters.ts'
import type { Nanos } from '../../units.ts'
import type { Host } from '../host.ts'
import { instancesNamed } from '../instances.ts'
import type { World } from '../world.ts'

/** Fault events enter the fingerprint under this id. */
const FAULT_ID = 0

/** The hosts named: a group's name stands for all its hosts. */
export const hostsOf = (world: World, names: Reference): Host[] =>
  names.flatMap(({ name }) => instancesNamed(world.hosts, name))

/** Does something after a delay, in no process's name. */
export function laterIn(world: World, delay: Nanos, then: () => void): void {
  world.simulation.schedule(world.simulation.now + delay, { id: FAULT_ID, fire: then }, 0)
}
