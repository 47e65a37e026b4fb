// biome-ignore-all format: a line an entry, as `npm run bench -- costs --write` writes it
// What the operations of the coordinators cost a core of the machine named below: that core is the nominal one (speed 1).

import type { CostTable } from './cost-table.ts'

export const nominal: CostTable = {
  name: 'nominal',
  entries: {
    'message/receive': { size: 'bytes', growth: 'n', points: [[100, 2830, 9260], [1000, 3160, 16740], [10000, 8420, 17030], [60000, 44700, 79810]], samples: 300 },
    'message/send': { size: 'bytes', growth: 'n', points: [[100, 2000, 3640], [1000, 3050, 12210], [10000, 15250, 23170], [60000, 78700, 101900]], samples: 300 },
  },
}
