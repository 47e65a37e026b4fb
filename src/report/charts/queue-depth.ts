// Requests in the system and in queues over virtual time.

import type { Chart } from './chart.ts'
import { inWords, linesOf, overTime } from './over-time.ts'

export const queueDepth: Chart = {
  name: 'queue-depth',
  meaning: 'Where do requests pile up, and do the queues drain?',
  draw(result) {
    const lines = linesOf(result, /^in-system$|\.queue$/)
    if (lines.series.length === 0) return []
    return [
      {
        name: 'queue-depth',
        title: `Requests waiting or in service: ${inWords(lines)}`,
        caption: `Mean number in each bin of virtual time, of the first seed. A line that keeps rising is a queue that does not drain.${lines.leftOut}`,
        spec: overTime(lines, 'requests'),
      },
    ]
  },
}
