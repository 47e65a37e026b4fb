// What a scenario says of how a service's or coordinator's process runs: its cores, its pauses.

import { ScenarioError } from '../errors.ts'
import {
  count,
  duration,
  list,
  number,
  optional,
  type Parameters,
  record,
  type Values,
} from '../parameters.ts'
import { seconds } from '../units.ts'
import type { CpuTerms } from '../world/cpu.ts'
import { Pauses, pauseParameters } from '../world/pause.ts'
import type { Process } from '../world/process.ts'
import { observeThrottling } from '../world/throttling.ts'
import type { World } from '../world/world.ts'

/** The weight that a cgroup has of which nothing is said. */
const USUAL_WEIGHT = 100

const parameters = {
  cpus: optional(number({ meaning: 'CPU limit of the container, in cores', min: 0.01 })),
  cpuPeriod: optional(
    duration({
      meaning:
        'period over which the CPU limit is held: core time for a period, then standstill until the next; 100ms as Linux has it. Left out: the limit holds at every instant',
      min: 1000,
      max: seconds(1),
    }),
  ),
  cpuWeight: optional(
    number({
      meaning:
        'weight of the container against others where cores are scarce, as cpu.weight; 100 is that of one thread alone. Left out: each thread counts 100, whosever it is',
      min: 1,
      max: 10_000,
    }),
  ),
  affinity: list(count({ meaning: 'number of a core, from 0' }), {
    meaning: 'the cores it may run on; empty: all',
    default: [],
    max: 1024,
  }),
  pauses: optional(
    record(pauseParameters, {
      meaning:
        'pauses in which it stands still, as for a collection that stops the world; they go on for ever, so the run needs an end',
    }),
  ),
} as const

export const processParameters: Parameters = parameters

type Given = Readonly<Record<string, unknown>>

/** Of the process of that name. */
export function cpuTerms(world: World, name: string, values: Given): CpuTerms {
  const { cpus, cpuPeriod, cpuWeight, affinity } = values as Partial<Values<typeof parameters>>
  if (cpuPeriod !== undefined && cpus === undefined)
    throw new ScenarioError('missing cpus: the CPU limit that cpu-period holds; expected both or neither')
  return {
    ...(cpus === undefined ? {} : { quota: cpus }),
    ...(cpuPeriod === undefined
      ? {}
      : { period: cpuPeriod, phase: world.streams.stream(`${name}/cpu-period`).integer(cpuPeriod) }),
    ...(cpuWeight === undefined ? {} : { share: cpuWeight / USUAL_WEIGHT }),
    ...(affinity === undefined || affinity.length === 0 ? {} : { affinity }),
  }
}

/** What comes over the process by itself. */
export function equip(process: Process, values: Given): void {
  const { pauses } = values as Partial<Values<typeof parameters>>
  if (pauses) process.pauses = new Pauses(process, pauses)
  observeThrottling(process)
}
