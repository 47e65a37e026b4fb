// Processes end where they stand on hosts that go on. Their kernel closes their connections; whether they come back
// before the fault is over is up to their container's restart policy.

import { reference } from '../../parameters.ts'
import { processesOf } from './effect.ts'
import { defineFault } from './fault.ts'

export const kill = defineFault({
  name: 'kill',
  befalls: 'process',
  meaning:
    'processes end where they stand, as by kill -9; their callers are told. They come back by their restart policy, or when the fault is over',
  parameters: {
    process: reference('any', { meaning: 'the services or coordinators that end' }),
  },
  begin(world, values) {
    const processes = processesOf(world, values.process)
    for (const process of processes) process.kill()
    return () => {
      for (const process of processes) process.start()
    }
  },
})
