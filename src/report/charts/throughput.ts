// Throughput over virtual time.

import type { Chart } from './chart.ts'
import { shadesNote } from './fault-bands.ts'
import { inWords, linesOf, overTime, tableOverTime } from './over-time.ts'

export const throughput: Chart = {
  name: 'throughput',
  meaning: 'How much gets done over time, and is it steady?',
  shows: 'first seed',
  draw(result) {
    const lines = linesOf(result, /(^|\.)throughput$/)
    if (lines.series.length === 0) return []
    return [
      {
        name: 'throughput',
        title: `Throughput: ${inWords(lines)}`,
        caption: `What was finished in each bin of virtual time, of the first seed.${lines.leftOut}${shadesNote(result)}`,
        spec: overTime(result, lines, 'throughput'),
        table: tableOverTime(lines),
      },
    ]
  },
}
