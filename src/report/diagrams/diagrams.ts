// What vega-lite cannot draw: the deployment with the load on it, the messages of an excerpt in sequence and in lanes.

import type { Result } from '../../results/result.ts'
import type { DataTable } from '../charts/chart.ts'
import type { Drawn } from '../charts/draw.ts'
import { chosenOf } from './chosen.ts'
import type { Diagram } from './draft.ts'
import { drawnOnPaper } from './paper.ts'
import { plannedFor } from './planned.ts'

interface DrawnDiagram {
  readonly name: string
  readonly title: string
  readonly caption: string
  readonly table: DataTable
  readonly drawn: Drawn
}

/** All that the result has something for. Same result, same bytes. */
export async function diagramsOf(result: Result): Promise<readonly DrawnDiagram[]> {
  const drawn: DrawnDiagram[] = []
  for (const { name, title, caption, table, width, height, draw } of plannedDiagrams(result))
    drawn.push({ name, title, caption, table, drawn: await drawnOnPaper(width, height, draw) })
  return drawn
}

/** The same before anything is drawn. */
export function plannedDiagrams(result: Result): readonly Diagram[] {
  const chosen = chosenOf(result)
  return chosen ? plannedFor(chosen) : []
}
