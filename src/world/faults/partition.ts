// Two sets of hosts cannot reach each other, in both directions; messages between them are lost without notice.

import { duration, list, optional, reference } from '../../parameters.ts'
import { hostsOf, laterIn } from './effect.ts'
import { defineFault } from './fault.ts'

export const partition = defineFault({
  name: 'partition',
  meaning: 'two sets of hosts cannot reach each other, in both directions, without anyone being told',
  parameters: {
    between: list(reference('host', { meaning: 'the hosts of one side' }), {
      meaning: 'the two sides, each a host or a list of hosts',
      max: 2,
    }),
    for: optional(duration({ meaning: 'time until it heals. Left out: for good' })),
  },
  begin(world, values) {
    const [a = [], b = []] = values.between
    const cut = { sides: [new Set(hostsOf(world, a)), new Set(hostsOf(world, b))] as const }
    world.network.cut(cut)
    if (values.for !== undefined) laterIn(world, values.for, () => world.network.heal(cut))
  },
})
