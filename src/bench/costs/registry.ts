// All benches of the cost table.

import { allocation } from './allocation.ts'
import type { CostBench } from './bench.ts'
import { clientBenches } from './clients.ts'
import { coordinatorBenches } from './coordinators.ts'
import { groups } from './groups.ts'
import { messages } from './messages.ts'
import { signatures } from './signatures.ts'

export const benches: readonly CostBench[] = [
  messages,
  ...signatures,
  ...allocation,
  ...coordinatorBenches,
  ...clientBenches,
  ...groups,
]
