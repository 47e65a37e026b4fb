// M/M/1 queues in a row: what leaves one arrives at the next, again as a Poisson process (Burke), so that each is
// an M/M/1 of its own (Jackson).

import { ScenarioError } from '../../errors.ts'
import { list, rate } from '../../parameters.ts'
import { defineLaw, QUEUE_FIGURES } from './law.ts'
import { mm1 } from './m-m-1.ts'

const { wait, sojourn, queue, number, utilisation, throughput } = QUEUE_FIGURES
const SUMMED = [wait, sojourn, queue, number] as const

export const tandem = defineLaw({
  name: 'tandem',
  meaning: 'M/M/1 queues in a row; the figures are over all of them',
  source: 'Burke 1956; Jackson 1957',
  parameters: {
    arrivalRate: rate({ meaning: 'arrivals at the first queue' }),
    serviceRates: list(rate({ meaning: 'what a server can serve' }), {
      meaning: 'the servers, in order',
      max: 1000,
    }),
  },
  figures: [
    ...SUMMED,
    { ...utilisation, meaning: 'fraction of time that the slowest server is busy' },
    throughput,
    { ...wait, name: 'wait.N', meaning: 'mean time waiting at queue N' },
    { ...sojourn, name: 'sojourn.N', meaning: 'mean time at queue N, waiting and in service' },
  ],
  evaluate({ arrivalRate, serviceRates }) {
    if (serviceRates.length === 0)
      throw new ScenarioError('invalid service-rates of the law tandem: none; expected one or more')
    const figures: Record<string, number> = { throughput: arrivalRate, utilisation: 0 }
    for (const { name } of SUMMED) figures[name] = 0
    serviceRates.forEach((serviceRate, i) => {
      const station = mm1.evaluate({ arrivalRate, serviceRate })
      for (const { name } of SUMMED) figures[name]! += station[name]!
      figures.utilisation = Math.max(figures.utilisation!, station.utilisation!)
      figures[`wait.${i}`] = station.wait!
      figures[`sojourn.${i}`] = station.sojourn!
    })
    return figures
  },
})
