// Requests in the system and in queues over virtual time.

import type { Result } from '../../results/result.ts'
import { formatNumber } from '../../units.ts'
import { summaryOf } from '../series.ts'
import type { Chart } from './chart.ts'
import { shadesNote } from './fault-bands.ts'
import { inWords, type Lines, linesOf, overTime, peakOf, tableOverTime } from './over-time.ts'

export const queueDepth: Chart = {
  name: 'queue-depth',
  meaning: 'Where do requests pile up, and do the queues drain?',
  shows: 'first seed',
  draw(result) {
    const lines = linesOf(result, /^in-system$|\.queue$/)
    if (lines.series.length === 0) return []
    return [
      {
        name: 'queue-depth',
        title: titleOf(result, lines),
        caption: `Mean number in each bin of virtual time, of the first seed. A line that keeps rising is a queue that does not drain.${lines.leftOut}${shadesNote(result)}`,
        spec: overTime(result, lines, 'requests'),
        table: tableOverTime(lines),
      },
    ]
  },
}

function titleOf(result: Result, lines: Lines): string {
  const series = result.variants.length === 1 ? result.variants[0]!.series['in-system'] : undefined
  if (series === undefined || !lines.series.includes(series))
    return `Requests waiting or in service: ${inWords(lines)}`
  return `${formatNumber(summaryOf(series)!.mean)} requests in the system on average, ${formatNumber(peakOf(lines, series))} at the highest`
}
