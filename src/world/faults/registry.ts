// All faults a scenario can name.

import { crash } from './crash.ts'
import type { FaultDefinition } from './fault.ts'
import { partition } from './partition.ts'

export const faults: Readonly<Record<string, FaultDefinition>> = {
  crash: crash as unknown as FaultDefinition,
  partition: partition as unknown as FaultDefinition,
}
