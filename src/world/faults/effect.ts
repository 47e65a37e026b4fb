// What faults have in common: finding those they befall by name, and going on after a while.

import type { EventTarget } from '../../kernel/simulation.ts'
import type { Reference } from '../../parameters.ts'
import type { Nanos } from '../../units.ts'
import type { Host } from '../host.ts'
import { instancesNamed } from '../instances.ts'
import type { Process } from '../process.ts'
import type { World } from '../world.ts'

/** Fault events enter the fingerprint under this id. */
export const FAULT_ID = 0

/** The hosts named: a group's name stands for all its hosts. */
export const hostsOf = (world: World, names: Reference): Host[] =>
  names.flatMap(({ name }) => instancesNamed(world.hosts, name))

/** The processes named: a part's name stands for all its instances. */
export const processesOf = (world: World, names: Reference): Process[] =>
  names.flatMap(({ name }) => instancesNamed(world.processes, name))

/** What a fault has planned; the label is for people. */
export interface FaultEvent extends EventTarget {
  readonly label: string
}

/** Does something after a delay, in no process's name. Returns the means to call it off. */
export function laterIn(world: World, delay: Nanos, then: () => void, label = ''): () => void {
  const { simulation } = world
  const event: FaultEvent = { id: FAULT_ID, fire: then, label }
  const handle = simulation.schedule(simulation.now + delay, event, 0)
  return () => void simulation.cancel(handle)
}

/** Undoes all of these, in their order. */
export const all = (undo: readonly (() => void)[]) => (): void => {
  for (const each of undo) each()
}
