// Operations that are named in the code and have no figure of a bench yet: a guess each, with its reason. `npm run bench --
// costs --write` measures what has a bench in src/bench/costs/; an entry there takes the place of one here.

import type { CostEntry } from './cost-table.ts'

export const unmeasured: Readonly<Record<string, CostEntry>> = {
  // [G] 64 rows: some 64³ steps of a nanosecond.
  hungarian: { size: 'rows', growth: 'n^3', points: [[64, 262_144]] },
  // [G] the other methods of assignment look once at each pair: of 256 tasks and agents, timed once by hand.
  'earliest-completion': { size: 'rows', growth: 'n^2', points: [[256, 670_000]] },
  greedy: { size: 'rows', growth: 'n^2', points: [[256, 240_000]] },
  'least-loaded': { size: 'rows', growth: 'n^2', points: [[256, 450_000]] },
  'power-of-two': { size: 'rows', growth: 'n^2', points: [[256, 140_000]] },
  'round-robin': { size: 'rows', growth: 'n^2', points: [[256, 390_000]] },
}
