// All that a scenario may name, with what can be set on each: the modules' own parameters and those of their container.

import { coordinators } from '../coordination/registry.ts'
import { createDistribution, distributions } from '../kernel/distributions/registry.ts'
import { count, duration, list, number, optional, type Parameters } from '../parameters.ts'
import { laws } from '../statistics/laws/registry.ts'
import { us } from '../units.ts'
import { workloadParameters } from '../workload/workload.ts'
import { faults } from '../world/faults/registry.ts'
import { hostParameters } from '../world/host.ts'
import { linkParameters, networkParameters } from '../world/network.ts'
import { services } from '../world/services/registry.ts'
import { lifeParameters } from './containers.ts'
import type { Part, Registries } from './registry.ts'

const container: Parameters = {
  cpus: optional(number({ meaning: 'CPU limit of the container, in cores', min: 0.01 })),
  affinity: list(count({ meaning: 'number of a core, from 0' }), {
    meaning: 'the cores it may run on; empty: all',
    default: [],
    max: 1024,
  }),
  ...lifeParameters,
}

const coordinatorProcess: Parameters = {
  handlerCost: duration({
    meaning: 'core time of handling each message, reply or timer',
    default: us(20),
    source: '[G] a small JSON message in Node',
  }),
}

/** Of every fault that is not over at once. */
const lasting: Parameters = {
  for: optional(duration({ meaning: 'how long it lasts. Left out: for good' })),
}

const withParameters = (
  parts: Readonly<Record<string, Part>>,
  added: Parameters,
): Readonly<Record<string, Part>> =>
  Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [
      name,
      { ...part, parameters: { ...added, ...part.parameters } },
    ]),
  )

export const parts: Registries = {
  host: hostParameters,
  network: networkParameters,
  link: linkParameters,
  services: withParameters(services, container),
  coordinators: withParameters(coordinators, { ...container, ...coordinatorProcess }),
  workload: workloadParameters,
  faults: Object.fromEntries(
    Object.entries(faults).map(([name, fault]) => [
      name,
      fault.instant ? fault : { ...fault, parameters: { ...fault.parameters, ...lasting } },
    ]),
  ),
  distributions,
  createDistribution,
  laws,
}
