// All charts, in the order of a report. A new one is a file and a line here.

import { attribution } from './attribution.ts'
import type { Chart } from './chart.ts'
import { faults } from './faults.ts'
import { latencyBreakdown } from './latency-breakdown.ts'
import { latencyDistribution } from './latency-distribution.ts'
import { latencyPercentiles } from './latency-percentiles.ts'
import { queueDepth } from './queue-depth.ts'
import { speedup } from './speedup.ts'
import { throughput } from './throughput.ts'
import { utilisationByCore } from './utilisation-by-core.ts'
import { utilisationByService } from './utilisation-by-service.ts'
import { variants } from './variants.ts'

export const CHARTS: readonly Chart[] = [
  variants,
  speedup,
  attribution,
  latencyBreakdown,
  latencyDistribution,
  latencyPercentiles,
  throughput,
  queueDepth,
  faults,
  utilisationByService,
  utilisationByCore,
]
