// Which cores were busy, and when.

import type { Chart } from './chart.ts'
import { drawUtilisation } from './utilisation.ts'

export const utilisationByCore: Chart = {
  name: 'utilisation-by-core',
  meaning: 'Which cores were busy, and when?',
  shows: 'first seed',
  draw: (result) =>
    drawUtilisation(result, {
      name: 'utilisation-by-core',
      noun: 'core',
      alike: true,
      pattern: /^host\..+\.core\.\d+\.utilisation$/,
    }),
}
