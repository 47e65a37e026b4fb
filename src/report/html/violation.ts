// What led to a violation, for a page: the events in their order, and the command that runs it again.

import type { Violation } from '../../results/result.ts'
import { formatInstant } from '../../units.ts'
import { type Markup, markup } from '../markup.ts'

export function violationBlock({ events, replay }: Violation): Markup {
  const rows = events.map(
    ({ at, process, event }) =>
      markup`<tr><td>${formatInstant(at)}</td><td>${process}</td><td>${event}</td></tr>`,
  )
  return markup`${rows.length === 0 ? null : markup`<table class="events"><tbody>${rows}</tbody></table>`}<pre class="replay">${replay}</pre>`
}
