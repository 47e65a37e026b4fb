// What can go wrong inside a service: each kind declares its own (a broker's memory alarm, a daemon that hangs).

import { quote, ScenarioError } from '../../errors.ts'
import { reference, text } from '../../parameters.ts'
import { all, processesOf } from './effect.ts'
import { defineFault } from './fault.ts'

export const service = defineFault({
  name: 'service',
  befalls: 'process',
  meaning: 'something goes wrong inside services, of the kinds they declare (rehearsal list services)',
  parameters: {
    service: reference('service', { meaning: 'the services it happens to' }),
    fault: text({ meaning: 'what happens: one of the faults that the kind of service declares' }),
  },
  check(world, values) {
    for (const { name, behaviour } of processesOf(world, values.service)) {
      const known = Object.keys(behaviour.faults ?? {})
      if (known.includes(values.fault)) continue
      throw new ScenarioError(
        `unknown fault: ${quote(values.fault)}; ${name} ${known.length === 0 ? 'declares none' : `knows ${known.join(', ')}`}`,
      )
    }
  },
  begin(world, values) {
    return all(processesOf(world, values.service).map(({ behaviour }) => behaviour.fault!(values.fault)))
  },
})
