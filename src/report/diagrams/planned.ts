// All diagrams, in the order of a report, and those of a variant before they are drawn: the same for a file, a page, and a page
// that shows another variant. A new one is a file and a line here.

import type { Result } from '../../results/result.ts'
import { chosenOf } from './chosen.ts'
import type { Chosen, Diagram, Drawable } from './draft.ts'
import { lanesDiagram } from './lanes-diagram.ts'
import { sequenceDiagram } from './sequence-diagram.ts'
import { topologyDiagram } from './topology-diagram.ts'

interface Kind {
  /** Kebab-case; its diagram's. */
  readonly name: string
  /** One line: which question it answers. */
  readonly meaning: string
  /** `undefined` where the variant has nothing to draw. */
  plan(chosen: Chosen<Drawable>): Diagram | undefined
}

export const DIAGRAMS: readonly Kind[] = [
  { name: 'topology', meaning: 'Who sends how much to whom, and who is busy?', plan: topologyDiagram },
  {
    name: 'sequence',
    meaning: 'Which messages made the slowest request, or what went wrong?',
    plan: sequenceDiagram,
  },
  { name: 'lanes', meaning: 'Who did what at that time?', plan: lanesDiagram },
]

export const plannedFor = (chosen: Chosen<Drawable>): readonly Diagram[] =>
  DIAGRAMS.flatMap(({ plan }) => plan(chosen) ?? [])

/** Of the variant that a report shows. */
export function plannedDiagrams(result: Result): readonly Diagram[] {
  const chosen = chosenOf(result)
  return chosen ? plannedFor(chosen) : []
}
