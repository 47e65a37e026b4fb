// A partition that comes and goes, as a bad cable or a flapping switch port makes it.

import { createDistribution } from '../../kernel/distributions/registry.ts'
import { distribution } from '../../parameters.ts'
import { seconds } from '../../units.ts'
import { laterIn } from './effect.ts'
import { defineFault } from './fault.ts'
import { between, sidesOf } from './sides.ts'

const exponential = (mean: number) => ({ kind: 'exponential', mean })

export const flapping = defineFault({
  name: 'flapping',
  befalls: 'network',
  meaning: 'a partition that comes and goes, as a bad cable makes it',
  parameters: {
    between,
    down: distribution('ns', {
      meaning: 'how long it is cut',
      default: exponential(seconds(1)),
      source: '[G]',
    }),
    up: distribution('ns', {
      meaning: 'how long it is whole',
      default: exponential(seconds(5)),
      source: '[G]',
    }),
  },
  begin(world, values) {
    const sides = { ...sidesOf(world, values.between), both: true }
    const names = [sides.from, sides.to].map((hosts) => [...hosts].map(({ name }) => name).join('+'))
    const random = world.streams.stream(`fault/flapping/${names.join('/')}`)
    const [down, up] = [createDistribution(values.down), createDistribution(values.up)]
    let heal: (() => void) | undefined
    let cancel = () => {}
    const turn = (): void => {
      if (heal) {
        heal()
        heal = undefined
      } else heal = world.network.cut(sides)
      const lasts = (heal ? down : up).sample(random)
      cancel = laterIn(world, Math.max(1, Math.round(lasts)), turn)
    }
    turn()
    return () => {
      cancel()
      heal?.()
    }
  },
})
