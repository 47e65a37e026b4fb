// What a scenario says of the containers around its services and coordinators.

import { healthRequest } from '../env/clients/health.ts'
import { ScenarioError } from '../errors.ts'
import { createDistribution } from '../kernel/distributions/registry.ts'
import {
  type DistributionSpec,
  kind,
  optional,
  type Parameters,
  type Reference,
  record,
} from '../parameters.ts'
import { requests } from '../workload/requests/registry.ts'
import { Container } from '../world/container.ts'
import type { HealthTerms } from '../world/container-health.ts'
import { ContainerMetrics } from '../world/container-metrics.ts'
import {
  healthParameters,
  type LifeValues,
  lifeParameters,
  type MemoryValues,
  memoryParameters,
} from '../world/container-parameters.ts'
import { restartPolicy } from '../world/container-restart.ts'
import type { ContainerTerms } from '../world/container-terms.ts'
import type { Containers } from '../world/containers.ts'
import { instancesNamed } from '../world/instances.ts'
import type { Process } from '../world/process.ts'
import type { World } from '../world/world.ts'

const health = record(
  {
    ...healthParameters,
    request: optional(
      kind(requests, {
        meaning:
          'what a check asks; an answer is a success, a refusal is none. Left out: whether it is there at all',
      }),
    ),
  },
  { meaning: 'how its health is checked' },
)

/** Besides those of its process (process.ts). */
export const containerParameters: Parameters = {
  ...memoryParameters,
  ...lifeParameters,
  health: optional(health),
}

type Given = MemoryValues &
  LifeValues & {
    readonly health?: HealthTerms['values'] & {
      readonly request?: { readonly kind: string; readonly values: Readonly<Record<string, unknown>> }
    }
  }

/** A container of which nothing is said. */
const UNSAID: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(containerParameters).map(([name, parameter]) => [name, parameter.default]),
)

/** Puts containers around the processes of a part, in their order; what is returned is called when all of the scenario are there. */
export function contain(
  containers: Containers,
  part: string,
  processes: readonly Process[],
  values: Readonly<Record<string, unknown>>,
): () => void {
  const given = { ...UNSAID, ...values } as unknown as Given
  const { world } = containers
  const metrics = new ContainerMetrics(world.recorder, part, processes.length, {
    life: hasLife(given),
    restarts: given.restart !== undefined && given.restart !== 'no',
    memory: given.memory !== undefined || given.baseMemory > 0,
    health: given.health !== undefined,
    ports: given.ports.length > 0,
  })
  const onHost = new Map<string, number>()
  const made = processes.map((process) => {
    const before = onHost.get(process.host.name) ?? 0
    onHost.set(process.host.name, before + 1)
    process.memory.limit = given.memory ?? Number.POSITIVE_INFINITY
    process.memory.reservation = given.memoryReservation
    process.memory.oomScoreAdj = given.oomScoreAdj
    const terms = containerTerms(world, process, given, before)
    return new Container(process, containers.of(process.host), terms, metrics)
  })
  return () => {
    for (const container of made) refuseCycles(container)
  }
}

/** @param before instances of the part that are on the host already */
function containerTerms(world: World, process: Process, given: Given, before: number): ContainerTerms {
  const { startsAt, autostart, exitCode, restart, exitAfter, dependsOn, needs } = given
  return {
    ...(isNothing(given.start) ? {} : { start: createDistribution(given.start) }),
    ...(isNothing(given.stopTime) ? {} : { stopTime: createDistribution(given.stopTime) }),
    ...(exitAfter ? { exitAfter: createDistribution(exitAfter) } : {}),
    ...(restart === undefined ? {} : { restart: restartPolicy(restart) }),
    ...(given.health ? { health: healthTerms(world, process, given.health) } : {}),
    ...(dependsOn ? { dependsOn: () => containersNamed(world, dependsOn) } : {}),
    ...(needs ? { needs: () => containersNamed(world, needs) } : {}),
    ports: given.ports.map((port) => port + before * given.portStep),
    baseMemory: given.baseMemory,
    startsAt,
    autostart,
    exitCode,
  }
}

function healthTerms(world: World, process: Process, values: NonNullable<Given['health']>): HealthTerms {
  const { request } = values
  if (!request) return { values, request: () => healthRequest }
  const streams = (purpose: string) => world.streams.stream(`${process.name}/(health)/${purpose}`)
  return { values, request: requests[request.kind]!.create(request.values, streams) }
}

/** Whether it can do anything but begin with its host. */
const hasLife = (given: Given): boolean =>
  !isNothing(given.start) ||
  !given.autostart ||
  given.startsAt > 0 ||
  given.ports.length > 0 ||
  given.baseMemory > 0 ||
  [given.dependsOn, given.needs, given.restart, given.exitAfter, given.health, given.memory].some(
    (value) => value !== undefined,
  )

const isNothing = ({ kind, value }: DistributionSpec): boolean => kind === 'constant' && value === 0

const containersNamed = (world: World, names: Reference): readonly Container[] =>
  names.flatMap(({ name }) =>
    instancesNamed(world.processes, name).map(({ supervisor }) => supervisor as Container),
  )

/** Whoever waits for itself, by whatever way, never starts. */
function refuseCycles(start: Container): void {
  const way: Container[] = []
  const done = new Set<Container>()
  const visit = (container: Container): void => {
    way.push(container)
    for (const next of container.terms.dependsOn?.() ?? []) {
      if (next === start) throw new ScenarioError(cycleOf([...way, start]))
      if (done.has(next)) continue
      done.add(next)
      visit(next)
    }
    way.pop()
  }
  visit(start)
}

const cycleOf = (way: readonly Container[]): string =>
  `invalid depends-on: ${way.map(({ process }) => process.name).join(' waits for ')}; expected an order in which all can start`
