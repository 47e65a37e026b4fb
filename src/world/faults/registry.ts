// All faults a scenario can name.

import { badLink } from './bad-link.ts'
import { byzantine } from './byzantine.ts'
import { clockJump } from './clock-jump.ts'
import { crash } from './crash.ts'
import { diskFull } from './disk-full.ts'
import { diskSlow } from './disk-slow.ts'
import type { FaultDefinition } from './fault.ts'
import { flapping } from './flapping.ts'
import { hold } from './hold.ts'
import { kill } from './kill.ts'
import { memoryLeak } from './memory-leak.ts'
import { partition } from './partition.ts'
import { pause } from './pause.ts'
import { restart } from './restart.ts'
import { service } from './service.ts'
import { slowDown } from './slow-down.ts'

export const faults: Readonly<Record<string, FaultDefinition>> = {
  'bad-link': badLink as unknown as FaultDefinition,
  byzantine: byzantine as unknown as FaultDefinition,
  'clock-jump': clockJump as unknown as FaultDefinition,
  crash: crash as unknown as FaultDefinition,
  'disk-full': diskFull as unknown as FaultDefinition,
  'disk-slow': diskSlow as unknown as FaultDefinition,
  flapping: flapping as unknown as FaultDefinition,
  hold: hold as unknown as FaultDefinition,
  kill: kill as unknown as FaultDefinition,
  'memory-leak': memoryLeak as unknown as FaultDefinition,
  partition: partition as unknown as FaultDefinition,
  pause: pause as unknown as FaultDefinition,
  restart: restart as unknown as FaultDefinition,
  service: service as unknown as FaultDefinition,
  'slow-down': slowDown as unknown as FaultDefinition,
}
