// Amdahl's law: what more processors buy when a fraction of the work stays serial.

import { count, duration, ratio } from '../../parameters.ts'
import { defineLaw, requirePositive } from './law.ts'

export const amdahl = defineLaw({
  name: 'amdahl',
  meaning: 'the time and speedup of a fixed amount of work on P processors',
  source: 'Amdahl 1967',
  parameters: {
    time: duration({ meaning: 'the time it takes on one processor' }),
    serial: ratio({ meaning: 'fraction of that time that only one processor can work' }),
    processors: count({ meaning: 'how many processors', min: 1 }),
  },
  figures: [
    { name: 'time', unit: 'ns', meaning: 'the time it takes on all processors' },
    { name: 'speedup', unit: 'number', meaning: 'how many times faster than one processor' },
    { name: 'efficiency', unit: 'ratio', meaning: 'speedup over the number of processors' },
  ],
  evaluate({ time, serial, processors }) {
    requirePositive('amdahl', { time, processors })
    const fraction = serial + (1 - serial) / processors
    return { time: time * fraction, speedup: 1 / fraction, efficiency: 1 / fraction / processors }
  },
})
