// A Poisson process whose rate changes at given times: office hours, a launch, a spike. Before the first step nobody comes.
// By inversion, as ramp: what a draw has left over at a step is used up at the new rate, so steps take effect at once.

import { ScenarioError } from '../../errors.ts'
import { duration, list, rate, record } from '../../parameters.ts'
import { format } from '../../units.ts'
import { processOfGaps } from './arrival-clock.ts'
import { defineArrivals } from './arrival-process.ts'

export const steps = defineArrivals({
  name: 'steps',
  meaning: 'Poisson with a rate that changes at given times; nobody before the first, the last one holds',
  parameters: {
    steps: list(
      record(
        {
          at: duration({ meaning: 'from when on, since the run began' }),
          rate: rate({ meaning: 'arrivals per second from then on' }),
        },
        { meaning: 'one change of the rate' },
      ),
      { meaning: 'the changes, in the order of their times' },
    ),
  },
  create({ steps }, random) {
    if (steps.length === 0) throw new ScenarioError('missing steps: expected at least one { at, rate }')
    steps.forEach(({ at }, i) => {
      if (i > 0 && at <= steps[i - 1]!.at)
        throw new ScenarioError(
          `invalid steps: number ${i + 1} at ${format(at, 'ns')} is not after number ${i} at ${format(steps[i - 1]!.at, 'ns')}; expected rising times`,
        )
    })
    let passed = 0
    return processOfGaps(steps.at(-1)!.rate, (time) => {
      let mass = random.exponential(1)
      let from = time
      for (; passed < steps.length; passed++) {
        const rate = passed === 0 ? 0 : steps[passed - 1]!.rate / 1e9
        const until = steps[passed]!.at
        const massLeft = rate * (until - from)
        if (mass < massLeft) return from - time + mass / rate
        mass -= massLeft
        from = until
      }
      return from - time + mass / (steps.at(-1)!.rate / 1e9)
    })
  },
})
