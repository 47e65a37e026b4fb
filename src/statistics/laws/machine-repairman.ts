// The machine repairman, M/M/c//N: N clients each think, ask, wait for the answer and think again; c servers.
// The closed system of a fleet: agents that work and then queue for a shared service.

import { count, duration } from '../../parameters.ts'
import { defineLaw, NANOS_PER_SECOND, QUEUE_FIGURES, requirePositive } from './law.ts'

const { wait, sojourn, queue, number, utilisation, throughput } = QUEUE_FIGURES
const LARGE = 1e200

export const machineRepairman = defineLaw({
  name: 'machine-repairman',
  meaning: 'M/M/c//N: N clients that think, ask and wait, c servers; thinking and service are exponential',
  source: 'Palm 1947; Kleinrock, Queueing Systems 1 (1975), 3.8 and 3.10',
  parameters: {
    clients: count({ meaning: 'how many clients (machines)', min: 1, max: 1e7 }),
    thinkTime: duration({ meaning: 'mean time from an answer to the next request (mean time to failure)' }),
    serviceTime: duration({ meaning: 'mean service time (repair)' }),
    servers: count({ meaning: 'how many servers (repairmen)', min: 1, max: 1e7, default: 1 }),
  },
  figures: [wait, sojourn, queue, number, utilisation, throughput],
  evaluate({ clients, thinkTime, serviceTime, servers }) {
    requirePositive('machine-repairman', { clients, thinkTime, serviceTime, servers })
    // The probability of n in the system is `weight` over `total`; all are scaled down together before they overflow.
    let weight = 1
    let total = 1
    let busy = 0
    let waiting = 0
    for (let n = 1; n <= clients; n++) {
      const served = Math.min(n, servers)
      weight *= ((clients - n + 1) * serviceTime) / (thinkTime * served)
      total += weight
      busy += served * weight
      waiting += (n - served) * weight
      if (total + busy + waiting > LARGE) {
        weight /= LARGE
        total /= LARGE
        busy /= LARGE
        waiting /= LARGE
      }
    }
    return {
      wait: (waiting / busy) * serviceTime,
      sojourn: (waiting / busy + 1) * serviceTime,
      queue: waiting / total,
      number: (waiting + busy) / total,
      utilisation: busy / total / servers,
      throughput: (busy / total / serviceTime) * NANOS_PER_SECOND,
    }
  },
})
