// What vega-lite cannot draw: the deployment with the load on it, the messages of an excerpt in sequence and in lanes.

import type { Result, Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import type { DataTable } from '../charts/chart.ts'
import type { Drawn } from '../charts/draw.ts'
import { label } from '../charts/labels.ts'
import { headlineMetrics } from '../key-metrics.ts'
import type { Chosen, Diagram } from './draft.ts'
import { lanesDiagram } from './lanes-diagram.ts'
import { drawnOnPaper } from './paper.ts'
import { sequenceDiagram } from './sequence-diagram.ts'
import { topologyDiagram } from './topology-diagram.ts'

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
  if (!chosen) return []
  return [topologyDiagram, sequenceDiagram, lanesDiagram].flatMap((diagram) => diagram(chosen) ?? [])
}

const hasMessages = ({ traffic, excerpt }: Variant): boolean => traffic !== undefined || excerpt !== undefined

/** Of several variants, the one in which what matters most is worst. */
export function chosenOf(result: Result): Chosen | undefined {
  const variants = result.variants.filter(hasMessages)
  const [first] = variants
  if (!first || variants.length === 1) return first && { variant: first, why: oneOf(result, first, '') }
  for (const name of headlineMetrics(result, 4)) {
    const known = variants.flatMap((variant) => {
      const { value, better, unit } = variant.metrics[name] ?? {}
      return value == null || better === 'neither' ? [] : [{ variant, value, better, unit: unit! }]
    })
    const [some] = known
    if (!some) continue
    const sign = some.better === 'lower' ? 1 : -1
    const worst = known.reduce((worst, each) => (sign * (each.value - worst.value) > 0 ? each : worst))
    return {
      variant: worst.variant,
      why: oneOf(
        result,
        worst.variant,
        `, with the worst ${label(name)}: ${format(worst.value, worst.unit)}`,
      ),
    }
  }
  return { variant: first, why: oneOf(result, first, '') }
}

const oneOf = ({ variants }: Result, { name }: Variant, why: string): string =>
  variants.length > 1 ? `Variant ${label(name, 80)} of ${variants.length}${why}.` : ''
