// M/G/1: one server, Poisson arrivals, any service time, first come first served (Pollaczek and Khinchine).

import { duration, number, rate } from '../../parameters.ts'
import {
  defineLaw,
  NANOS_PER_SECOND,
  openQueue,
  QUEUE_FIGURES,
  requirePositive,
  requireStable,
} from './law.ts'

const { wait, sojourn, queue, number: inSystem, utilisation, throughput } = QUEUE_FIGURES

export const mg1 = defineLaw({
  name: 'm/g/1',
  meaning:
    'one server, Poisson arrivals, any service time by its mean and variation, first come first served',
  source: 'Pollaczek 1930, Khinchine 1932; Kleinrock, Queueing Systems 1 (1975), 5.6',
  parameters: {
    arrivalRate: rate({ meaning: 'arrivals' }),
    serviceTime: duration({ meaning: 'mean service time' }),
    cv: number({ meaning: 'coefficient of variation of the service time', min: 0, default: 1 }),
  },
  figures: [wait, sojourn, queue, inSystem, utilisation, throughput],
  evaluate({ arrivalRate, serviceTime, cv }) {
    requirePositive('m/g/1', { arrivalRate, serviceTime })
    const busy = requireStable('m/g/1', (arrivalRate * serviceTime) / NANOS_PER_SECOND)
    return openQueue(arrivalRate, pollaczekKhinchine(busy, serviceTime, cv), serviceTime, busy)
  },
})

/** The mean wait in front of one server with this utilisation. */
export const pollaczekKhinchine = (utilisation: number, serviceTime: number, cv: number): number =>
  ((utilisation / (1 - utilisation)) * serviceTime * (1 + cv * cv)) / 2
