// The swim lanes in words, over the whole excerpt.

import type { Excerpt } from '../../results/result.ts'
import { format, formatMoment } from '../../units.ts'
import { counted, percent } from '../figures.ts'
import type { Chosen, Diagram, Drawable } from './draft.ts'
import { nameIn } from './excerpt.ts'
import { drawKindLegend, drawLanes, legendHeight } from './lanes.ts'
import { type Cast, castOf, lanesLayout } from './lanes-layout.ts'
import { messageTable } from './sequence-diagram.ts'

export function lanesDiagram({ variant: { excerpt, faults }, why }: Chosen<Drawable>): Diagram | undefined {
  if (!excerpt || excerpt.messages.length === 0) return undefined
  const cast = castOf(excerpt)
  if (cast.lanes.length === 0) return undefined
  const layout = lanesLayout(excerpt, cast, windowOf(excerpt))
  const hit = faults.filter(
    ({ at, until }) => at <= excerpt.until && (until ?? excerpt.until) >= excerpt.from,
  )
  return {
    name: 'lanes',
    title: titleOf(excerpt, cast),
    caption: [why, ...captionOf(excerpt, cast, hit.length)].filter((sentence) => sentence !== '').join(' '),
    table: messageTable(excerpt),
    width: layout.width,
    height: layout.height + legendHeight(excerpt, cast, layout),
    draw: (pen) => {
      drawLanes(pen.append('g').attr('id', 'lanes-drawing'), excerpt, cast, layout, hit)
      drawKindLegend(pen.append('g').attr('id', 'lanes-legend'), excerpt, cast, layout)
    },
  }
}

export const windowOf = ({ from, until }: Excerpt): { readonly from: number; readonly until: number } => ({
  from,
  until: Math.max(until, from + 1),
})

/** `8.31 s from 3.2 s on, 1,204 messages: ollama.3 has something in hand 92 % of the time`. */
function titleOf(excerpt: Excerpt, { lanes, kept }: Cast): string {
  const window = windowOf(excerpt)
  const span = window.until - window.from
  const spans = new Map<number, [number, number][]>(lanes.map((process) => [process, []]))
  excerpt.messages.forEach(({ to, begun }, place) => {
    if (begun !== null)
      spans.get(to)?.push([Math.max(begun, window.from), Math.min(kept[place]!, window.until)])
  })
  let [most, who] = [0, -1]
  for (const [process, own] of spans) {
    const covered = coverage(own)
    if (covered > most) [most, who] = [covered, process]
  }
  const about = `${format(span, 'ns')} from ${formatMoment(window.from)} on, ${counted(excerpt.messages.length + excerpt.omitted, 'message')}`
  return who < 0
    ? about
    : `${about}: ${nameIn(excerpt, who, 60)} has something in hand ${percent(most / span)} of the time`
}

/** How much of the line the spans cover. */
function coverage(spans: [number, number][]): number {
  let [sum, reached] = [0, Number.NEGATIVE_INFINITY]
  for (const [from, until] of spans.sort(([a], [b]) => a - b)) {
    sum += Math.max(0, until - Math.max(from, reached))
    reached = Math.max(reached, until)
  }
  return sum
}

function captionOf(excerpt: Excerpt, { lanes, strong }: Cast, faults: number): readonly string[] {
  const apart = excerpt.processes.length - lanes.length
  return [
    'A lane is a process, a bar the handling of a message, by kind; a thin one the time until the last message sent because of it.',
    strong.includes(false)
      ? 'Framed, with lines from sending to handling: what the excerpt is about; pale: everything else.'
      : '',
    faults > 0 ? 'Shaded: faults.' : '',
    apart > 0
      ? `Not shown: ${counted(apart, 'process').replace(/processs$/, 'processes')} with less to do.`
      : '',
    excerpt.omitted > 0 ? `${counted(excerpt.omitted, 'message')} of that time are not in the excerpt.` : '',
  ]
}
