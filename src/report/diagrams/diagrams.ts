// What vega-lite cannot draw: the deployment with the load on it, the messages of an excerpt in sequence and in lanes.

import type { Result } from '../../results/result.ts'
import type { Drafted } from '../figure.ts'
import type { Diagram } from './draft.ts'
import { drawnOnPaper } from './paper.ts'
import { plannedDiagrams } from './planned.ts'

/** All that the result has something for. Same result, same bytes. */
export async function diagramsOf(result: Result): Promise<readonly Drafted[]> {
  const drafted: Drafted[] = []
  for (const diagram of plannedDiagrams(result)) drafted.push(await drawnDiagram(diagram))
  return drafted
}

export async function drawnDiagram(diagram: Diagram): Promise<Drafted> {
  const { name, title, caption, table, width, height, draw } = diagram
  return { name, title, caption, table, drawn: await drawnOnPaper(width, height, draw) }
}
