// The supermarket model: many single servers, each customer joins the shortest of d queues drawn at random. In the limit of
// infinitely many servers the share of queues with at least i customers is λ^((d^i - 1)/(d - 1)); with one choice that is
// M/M/1. A hundred servers wait a little longer: 1.2 % at a load of 0.9 with d = 2, 9 % at 0.99 (Mitzenmacher's Table 1).

import { count, rate } from '../../parameters.ts'
import {
  defineLaw,
  NANOS_PER_SECOND,
  openQueue,
  QUEUE_FIGURES,
  requirePositive,
  requireStable,
} from './law.ts'

const { wait, sojourn, queue, number, utilisation, throughput } = QUEUE_FIGURES

/** Below this, what is left of the sum does not show. */
const SMALLEST_TERM = 1e-18

export const supermarket = defineLaw({
  name: 'supermarket',
  meaning: 'infinitely many M/M/1 servers, the shortest of so many queues at random; figures a server',
  source:
    'Mitzenmacher, The power of two choices in randomized load balancing (IEEE TPDS 12, 2001); Vvedenskaya, Dobrushin, Karpelevich 1996',
  parameters: {
    arrivalRate: rate({ meaning: 'arrivals, for each server' }),
    serviceRate: rate({ meaning: 'what one server can serve' }),
    choices: count({ meaning: 'queues that are looked at', default: 2, min: 1, max: 1000 }),
  },
  figures: [wait, sojourn, queue, number, utilisation, throughput],
  evaluate({ arrivalRate, serviceRate, choices }) {
    requirePositive('supermarket', { arrivalRate, serviceRate })
    const busy = requireStable('supermarket', arrivalRate / serviceRate)
    const service = NANOS_PER_SECOND / serviceRate
    return openQueue(arrivalRate, (customers(busy, choices) / busy - 1) * service, service, busy)
  },
})

/** Mean number at a server: the sum over i of the share of queues with at least i. */
function customers(busy: number, choices: number): number {
  if (choices === 1) return busy / (1 - busy)
  let sum = 0
  let exponent = 1
  for (let share = busy; share > SMALLEST_TERM; share = busy ** exponent) {
    sum += share
    // (d^i - 1)/(d - 1) is 1 and d times the one before.
    exponent = 1 + choices * exponent
  }
  return sum
}
