// Operations that are named in the code and have no figure of a bench yet: a guess each, with its reason. `npm run bench --
// costs --write` measures what has a bench in src/bench/costs/; an entry there takes the place of one here.

import type { CostEntry } from './cost-table.ts'

export const unmeasured: Readonly<Record<string, CostEntry>> = {}
