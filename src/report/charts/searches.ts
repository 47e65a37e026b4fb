// The charts of what was searched for with a result's scenario.

import type { CapacityFile, Searches, SensitivityFile } from '../../results/searches.ts'
import { shownCapacity, shownSensitivity } from '../searches.ts'
import type { Drawing } from './chart.ts'
import { frontier } from './frontier.ts'
import { tornado } from './tornado.ts'

interface SearchChart {
  /** Its drawing's, and that of the file that is searched in. */
  readonly name: string
  /** One line: which question it answers. */
  readonly meaning: string
  /** `undefined` where there is no such search, or it has no figure. */
  draw(searches: Searches): Drawing | undefined
}

export const SEARCH_CHARTS: readonly SearchChart[] = [
  {
    name: 'capacity',
    meaning: 'How much does it bear? (of a capacity.json beside the result)',
    draw: ({ capacity }) => capacity && capacityDrawing(capacity),
  },
  {
    name: 'sensitivity',
    meaning: 'What does a figure hang on? (of a sensitivity.json beside the result)',
    draw: ({ sensitivity }) => sensitivity && sensitivityDrawing(sensitivity),
  },
]

/** What is enough and what is not. */
export function capacityDrawing(file: CapacityFile): Drawing {
  const { found, titles } = shownCapacity(file)
  return frontier(found, titles)
}

/** `undefined` where no input has a figure. */
export function sensitivityDrawing(file: SensitivityFile): Drawing | undefined {
  const { found, titles } = shownSensitivity(file)
  return tornado(found, titles)
}
