// M/G/1 with processor sharing: all in the system share the server equally, as runnable processes share a core.
// Its means do not depend on the distribution of the work beyond its mean (insensitivity).

import { duration, rate } from '../../parameters.ts'
import { defineLaw, NANOS_PER_SECOND, QUEUE_FIGURES, requirePositive, requireStable } from './law.ts'

const { sojourn, number, utilisation, throughput } = QUEUE_FIGURES

export const mg1ps = defineLaw({
  name: 'm/g/1/ps',
  meaning: 'one server shared equally by all in the system, Poisson arrivals, any amount of work',
  source: 'Kleinrock, Queueing Systems 2 (1976), 4.4; Harchol-Balter, Performance Modeling (2013), 22',
  parameters: {
    arrivalRate: rate({ meaning: 'arrivals' }),
    serviceTime: duration({ meaning: 'mean work: the time it takes alone' }),
  },
  figures: [sojourn, number, utilisation, throughput],
  evaluate({ arrivalRate, serviceTime }) {
    requirePositive('m/g/1/ps', { arrivalRate, serviceTime })
    const busy = requireStable('m/g/1/ps', (arrivalRate * serviceTime) / NANOS_PER_SECOND)
    return {
      sojourn: serviceTime / (1 - busy),
      number: busy / (1 - busy),
      utilisation: busy,
      throughput: arrivalRate,
    }
  },
})
