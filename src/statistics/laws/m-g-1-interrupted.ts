// M/G/1 that is interrupted: Poisson interruptions stop the server wherever it stands and it goes on where it was, as a process
// that pauses or a host that stalls. Interruptions are the urgent class of a preemptive-resume priority queue.

import { duration, number, rate } from '../../parameters.ts'
import { defineLaw, NANOS_PER_SECOND, QUEUE_FIGURES, requirePositive, requireStable } from './law.ts'

const { sojourn, number: inSystem, utilisation, throughput } = QUEUE_FIGURES
const LAW = 'm/g/1/interrupted'

export const mg1interrupted = defineLaw({
  name: LAW,
  meaning:
    'one server, Poisson arrivals, any service time, stopped now and then by Poisson interruptions of any length',
  source:
    'White and Christie 1958; Harchol-Balter, Performance Modeling (2013), 32: preemptive priority, its lower class',
  parameters: {
    arrivalRate: rate({ meaning: 'arrivals' }),
    serviceTime: duration({ meaning: 'mean service time, interruptions left out' }),
    cv: number({ meaning: 'coefficient of variation of the service time', min: 0, default: 1 }),
    interruptionRate: rate({ meaning: 'interruptions' }),
    interruption: duration({ meaning: 'mean length of an interruption' }),
    interruptionCv: number({
      meaning: 'coefficient of variation of the length of an interruption',
      min: 0,
      default: 0,
    }),
  },
  figures: [sojourn, inSystem, utilisation, throughput],
  evaluate({ arrivalRate, serviceTime, cv, interruptionRate, interruption, interruptionCv }) {
    requirePositive(LAW, { arrivalRate, serviceTime, interruptionRate, interruption })
    const perNano = arrivalRate / NANOS_PER_SECOND
    const stopsPerNano = interruptionRate / NANOS_PER_SECOND
    const stopped = stopsPerNano * interruption
    const busy = perNano * serviceTime
    requireStable(LAW, stopped + busy)
    const squares =
      stopsPerNano * interruption * interruption * (1 + interruptionCv * interruptionCv) +
      perNano * serviceTime * serviceTime * (1 + cv * cv)
    const time = serviceTime / (1 - stopped) + squares / (2 * (1 - stopped) * (1 - stopped - busy))
    return { sojourn: time, number: perNano * time, utilisation: busy, throughput: arrivalRate }
  },
})
