// M/G/1 with priorities that do not interrupt: a free server takes the oldest of the most urgent class.

import { ScenarioError } from '../../errors.ts'
import { duration, list, number, rate, record } from '../../parameters.ts'
import {
  defineLaw,
  type LawFigure,
  NANOS_PER_SECOND,
  QUEUE_FIGURES,
  requirePositive,
  requireStable,
} from './law.ts'

const { wait, sojourn, queue, number: inSystem, utilisation, throughput } = QUEUE_FIGURES
const ofClass = ({ name, unit, meaning }: LawFigure): LawFigure => ({
  name: `${name}.N`,
  unit,
  meaning: `${meaning}, of class N`,
})

export const priority = defineLaw({
  name: 'm/g/1/priority',
  meaning: 'one server, classes of urgency, the most urgent first, without interrupting',
  source: 'Cobham 1954; Kleinrock, Queueing Systems 2 (1976), 3.6',
  parameters: {
    classes: list(
      record(
        {
          arrivalRate: rate({ meaning: 'arrivals of the class' }),
          serviceTime: duration({ meaning: 'mean service time of the class' }),
          cv: number({ meaning: 'coefficient of variation of the service time', min: 0, default: 1 }),
        },
        { meaning: 'a class' },
      ),
      { meaning: 'the classes, the most urgent first', max: 1000 },
    ),
  },
  figures: [
    wait,
    sojourn,
    queue,
    inSystem,
    utilisation,
    throughput,
    ...[wait, sojourn, queue, inSystem].map(ofClass),
  ],
  evaluate({ classes }) {
    if (classes.length === 0)
      throw new ScenarioError('invalid classes of the law m/g/1/priority: none; expected one or more')
    for (const { arrivalRate, serviceTime } of classes)
      requirePositive('m/g/1/priority', { arrivalRate, serviceTime })
    const loads = classes.map(
      ({ arrivalRate, serviceTime }) => (arrivalRate * serviceTime) / NANOS_PER_SECOND,
    )
    const busy = requireStable(
      'm/g/1/priority',
      loads.reduce((sum, load) => sum + load, 0),
    )
    // What is left of the service that an arrival finds under way.
    const residual = classes.reduce(
      (sum, { serviceTime, cv }, i) => sum + (loads[i]! * serviceTime * (1 + cv * cv)) / 2,
      0,
    )

    const figures: Record<string, number> = {}
    let arrivals = 0
    let waiting = 0
    let moreUrgent = 0
    classes.forEach(({ arrivalRate, serviceTime }, i) => {
      const asUrgent = moreUrgent + loads[i]!
      const ownWait = residual / ((1 - moreUrgent) * (1 - asUrgent))
      const perNano = arrivalRate / NANOS_PER_SECOND
      figures[`wait.${i}`] = ownWait
      figures[`sojourn.${i}`] = ownWait + serviceTime
      figures[`queue.${i}`] = perNano * ownWait
      figures[`number.${i}`] = perNano * (ownWait + serviceTime)
      arrivals += arrivalRate
      waiting += perNano * ownWait
      moreUrgent = asUrgent
    })
    const perNano = arrivals / NANOS_PER_SECOND
    return {
      ...figures,
      wait: waiting / perNano,
      sojourn: (waiting + busy) / perNano,
      queue: waiting,
      number: waiting + busy,
      utilisation: busy,
      throughput: arrivals,
    }
  },
})
