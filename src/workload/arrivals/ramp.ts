// A Poisson process whose rate goes evenly from one value to another and then stays: a fleet that starts up, a morning.
// By inversion: each exponential draw is a mass of expected arrivals, and the next one comes when the rate has gathered it.

import { duration, rate } from '../../parameters.ts'
import { processOfGaps } from './arrival-clock.ts'
import { defineArrivals } from './arrival-process.ts'

export const ramp = defineArrivals({
  name: 'ramp',
  meaning: 'Poisson with a rate that goes evenly from one value to another, then holds',
  parameters: {
    from: rate({ meaning: 'arrivals per second at the beginning' }),
    to: rate({ meaning: 'arrivals per second at the end of the ramp and after it' }),
    over: duration({ meaning: 'length of the ramp', min: 1 }),
  },
  create({ from, to, over }, random) {
    const end = to / 1e9
    const slope = (to - from) / 1e9 / over
    return processOfGaps(to, (time) => {
      const mass = random.exponential(1)
      if (time >= over) return mass / end
      const current = from / 1e9 + slope * time
      const left = over - time
      const massLeft = ((current + end) / 2) * left
      if (mass >= massLeft) return left + (mass - massLeft) / end
      // The root of current·x + slope·x²/2 = mass, in the form that holds for rising, level and falling ramps.
      return (2 * mass) / (current + Math.sqrt(Math.max(0, current * current + 2 * slope * mass)))
    })
  },
})
