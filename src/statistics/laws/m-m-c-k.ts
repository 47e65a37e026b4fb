// M/M/c/K: room for K in all, of which c are served; whoever finds it full is refused. K = c is Erlang's loss system.
// By recursion over the room: with n places, the system is full with probability B(n), and else is that of n - 1
// places. All terms lie between 0 and 1 (or n), so that nothing overflows or cancels.

import { ScenarioError } from '../../errors.ts'
import { count, rate } from '../../parameters.ts'
import { defineLaw, NANOS_PER_SECOND, QUEUE_FIGURES, requirePositive } from './law.ts'

const { wait, sojourn, queue, number, utilisation, throughput, blocking } = QUEUE_FIGURES

export const mmck = defineLaw({
  name: 'm/m/c/k',
  meaning: 'c servers with one queue and room for K in all; who finds it full is refused',
  source: 'Kleinrock, Queueing Systems 1 (1975), 3.6 and 3.7; Erlang 1917 where K = c',
  parameters: {
    arrivalRate: rate({ meaning: 'arrivals, including those refused' }),
    serviceRate: rate({ meaning: 'what one server can serve' }),
    servers: count({ meaning: 'how many servers', min: 1, max: 1e7, default: 1 }),
    capacity: count({ meaning: 'how many have room, waiting or in service', min: 1, max: 1e7 }),
  },
  figures: [wait, sojourn, queue, number, utilisation, throughput, blocking],
  evaluate({ arrivalRate, serviceRate, servers, capacity }) {
    requirePositive('m/m/c/k', { arrivalRate, serviceRate, servers })
    if (capacity < servers)
      throw new ScenarioError(
        `invalid capacity of the law m/m/c/k: ${capacity}; expected at least the ${servers} servers`,
      )
    const load = arrivalRate / serviceRate
    let full = 1
    let inSystem = 0
    let waiting = 0
    for (let n = 1; n <= capacity; n++) {
      const step = (load / Math.min(n, servers)) * full
      full = step / (1 + step)
      inSystem = (1 - full) * inSystem + full * n
      waiting = (1 - full) * waiting + full * Math.max(0, n - servers)
    }
    const served = arrivalRate * (1 - full)
    return {
      wait: (waiting / served) * NANOS_PER_SECOND,
      sojourn: (inSystem / served) * NANOS_PER_SECOND,
      queue: waiting,
      number: inSystem,
      utilisation: served / serviceRate / servers,
      throughput: served,
      blocking: full,
    }
  },
})
