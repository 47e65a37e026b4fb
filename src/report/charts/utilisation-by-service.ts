// Which services were busy, and when.

import type { Chart } from './chart.ts'
import { drawUtilisation } from './utilisation.ts'

export const utilisationByService: Chart = {
  name: 'utilisation-by-service',
  meaning: 'Which services were busy, and when?',
  shows: 'first seed',
  draw: (result) =>
    drawUtilisation(result, {
      name: 'utilisation-by-service',
      noun: 'service',
      alike: false,
      pattern: /^service\..+\.utilisation$/,
    }),
}
