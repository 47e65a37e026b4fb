// A process takes more and more memory, until it is restarted, killed for it, or the fault is over (which gives all back).

import { bandwidth, reference } from '../../parameters.ts'
import { MiB, ms } from '../../units.ts'
import type { Process } from '../process.ts'
import type { World } from '../world.ts'
import { all, laterIn, processesOf } from './effect.ts'
import { defineFault } from './fault.ts'

/** How often memory is taken. */
const STEP = ms(100)

export const memoryLeak = defineFault({
  name: 'memory-leak',
  befalls: 'process',
  meaning:
    'processes take more and more memory; when the fault is over, or the process ends, all is given back',
  parameters: {
    process: reference('any', { meaning: 'the services or coordinators that leak' }),
    rate: bandwidth({ meaning: 'memory that each takes per second', default: 10 * MiB, source: '[G]' }),
  },
  begin(world, { process, rate }) {
    return all(processesOf(world, process).map((each) => leak(world, each, rate)))
  },
})

function leak(world: World, process: Process, rate: number): () => void {
  const { epoch } = process
  const bytes = Math.round((rate * STEP) / 1e9)
  let taken = 0
  let cancel = laterIn(world, STEP, grow)
  function grow(): void {
    if (process.epoch !== epoch) return
    taken += bytes
    process.memory.grow(world.simulation.now, bytes)
    cancel = laterIn(world, STEP, grow)
  }
  return () => {
    cancel()
    if (process.epoch === epoch) process.memory.release(world.simulation.now, taken)
  }
}
