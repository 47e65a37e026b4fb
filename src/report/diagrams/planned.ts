// The diagrams of a variant, before they are drawn: the same for a file, a page, and a page that shows another variant.

import type { Chosen, Diagram, Drawable } from './draft.ts'
import { lanesDiagram } from './lanes-diagram.ts'
import { sequenceDiagram } from './sequence-diagram.ts'
import { topologyDiagram } from './topology-diagram.ts'

/** In the order of a report; those that the variant has something for. */
export const plannedFor = (chosen: Chosen<Drawable>): readonly Diagram[] =>
  [topologyDiagram, sequenceDiagram, lanesDiagram].flatMap((diagram) => diagram(chosen) ?? [])
