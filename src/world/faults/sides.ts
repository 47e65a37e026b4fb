// Two sides of a network: as a scenario names them, and as links see them.

import { list, type Reference, reference } from '../../parameters.ts'
import type { Host } from '../host.ts'
import type { World } from '../world.ts'
import { hostsOf } from './effect.ts'

export const between = list(reference('host', { meaning: 'the hosts of one side' }), {
  meaning: 'the two sides, each a host or a list of hosts',
  max: 2,
})

export interface Sides {
  readonly from: ReadonlySet<Host>
  readonly to: ReadonlySet<Host>
}

export function sidesOf(world: World, [from = [], to = []]: readonly Reference[]): Sides {
  return { from: new Set(hostsOf(world, from)), to: new Set(hostsOf(world, to)) }
}
