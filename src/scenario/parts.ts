// All that a scenario may name, with what can be set on each: the modules' own parameters and those of their container.

import { coordinators } from '../coordination/registry.ts'
import { createDistribution, distributions } from '../kernel/distributions/registry.ts'
import { checkers } from '../observe/checkers/registry.ts'
import { duration, optional, type Parameters } from '../parameters.ts'
import { laws } from '../statistics/laws/registry.ts'
import { requests } from '../workload/requests/registry.ts'
import { workloadParameters } from '../workload/workload.ts'
import { nominalTable } from '../world/costs/costs.ts'
import { faults } from '../world/faults/registry.ts'
import { hostParameters } from '../world/host.ts'
import { linkParameters, networkParameters } from '../world/network.ts'
import { services } from '../world/services/registry.ts'
import { containerParameters } from './containers.ts'
import type { Modules } from './modules.ts'
import { processParameters } from './process.ts'
import type { Part, Registries } from './registry.ts'

/** What can be set on whatever runs in a container: every service and coordinator. */
export const container: Parameters = { ...processParameters, ...containerParameters }

const coordinatorProcess: Parameters = {
  handlerCost: optional(
    duration({
      meaning:
        'core time of handling each message, reply or timer. Left out: as measured (`rehearsal list costs`), or 20us where nothing is',
      source: 'the cost table; 20us is [G] a small JSON message in Node',
    }),
  ),
}

const ofCoordinators: Parameters = { ...container, ...coordinatorProcess }

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

/** The parts with the coordinators that a scenario brings. */
export const partsWith = (modules: Modules): Registries => ({
  ...parts,
  modules: Object.fromEntries(
    [...modules].map(([key, { name, meaning, parameters, metrics = {} }]) => [
      key,
      { kind: name, meaning, parameters: { ...ofCoordinators, ...parameters }, metrics },
    ]),
  ),
})

export const parts: Registries = {
  host: hostParameters,
  network: networkParameters,
  link: linkParameters,
  services: withParameters(services, container),
  coordinators: withParameters(coordinators, ofCoordinators),
  workload: workloadParameters,
  requests,
  faults: Object.fromEntries(
    Object.entries(faults).map(([name, fault]) => [
      name,
      fault.instant ? fault : { ...fault, parameters: { ...fault.parameters, ...lasting } },
    ]),
  ),
  costs: nominalTable,
  checkers,
  distributions,
  createDistribution,
  laws,
}
