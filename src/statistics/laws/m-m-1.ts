// M/M/1: one server, Poisson arrivals, exponential service, first come first served.

import { rate } from '../../parameters.ts'
import {
  defineLaw,
  NANOS_PER_SECOND,
  openQueue,
  QUEUE_FIGURES,
  requirePositive,
  requireStable,
} from './law.ts'

const { wait, sojourn, queue, number, utilisation, throughput } = QUEUE_FIGURES

export const mm1 = defineLaw({
  name: 'm/m/1',
  meaning: 'one server, Poisson arrivals, exponential service, first come first served',
  source: 'Kleinrock, Queueing Systems 1 (1975), 3.2',
  parameters: {
    arrivalRate: rate({ meaning: 'arrivals' }),
    serviceRate: rate({ meaning: 'what the server can serve' }),
  },
  figures: [wait, sojourn, queue, number, utilisation, throughput],
  evaluate({ arrivalRate, serviceRate }) {
    requirePositive('m/m/1', { arrivalRate, serviceRate })
    const busy = requireStable('m/m/1', arrivalRate / serviceRate)
    const service = NANOS_PER_SECOND / serviceRate
    return openQueue(arrivalRate, (busy / (1 - busy)) * service, service, busy)
  },
})
