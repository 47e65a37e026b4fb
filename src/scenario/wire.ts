// A checked scenario → the data centre it describes, ready to begin: hosts, links, services, coordinators, faults,
// and the source of its requests.

import type { Account } from '../env/account.ts'
import type { ObservedMetrics } from '../env/metric.ts'
import { InvariantError, invariant, type Mistake, quote, ScenarioError } from '../errors.ts'
import type { Simulation } from '../kernel/simulation.ts'
import type { MessageLog } from '../observe/message-log.ts'
import type { Recorder } from '../observe/recorder.ts'
import type { Timeline } from '../observe/timeline.ts'
import { type KindValue, kebab, type Parameters, type ParameterType, type Reference } from '../parameters.ts'
import type { Nanos } from '../units.ts'
import { requests } from '../workload/requests/registry.ts'
import { createSource, type OpenTrace, type RequestSource } from '../workload/workload.ts'
import { Containers } from '../world/containers.ts'
import { Costs } from '../world/costs/costs.ts'
import { HandlerCosts } from '../world/costs/handler-costs.ts'
import { type PlannedFault, play } from '../world/faults/plan.ts'
import { draw } from '../world/faults/profile.ts'
import { faults } from '../world/faults/registry.ts'
import type { Host, HostValues } from '../world/host.ts'
import { instanceNames, instancesNamed } from '../world/instances.ts'
import type { LinkValues, NetworkValues } from '../world/network.ts'
import type { Process } from '../world/process.ts'
import { ServiceBehaviour, ServiceContext } from '../world/service.ts'
import { services } from '../world/services/registry.ts'
import { CoordinatorBehaviour, type Observer, SimEnv } from '../world/sim-env.ts'
import { World } from '../world/world.ts'
import { contain } from './containers.ts'
import { coordinatorOf, type Modules } from './modules.ts'
import { cpuTerms, equip } from './process.ts'
import type { Path, PlacedPart, Scenario } from './scenario.ts'

export interface WireTerms {
  readonly seed: string
  readonly recorder: Recorder
  /** Freeze messages as they are sent. */
  readonly checked: boolean
  readonly openTrace: OpenTrace
  /** Takes down what every process does. */
  readonly timeline?: Timeline | undefined
  /** Takes down every message. */
  readonly messages?: MessageLog | undefined
  readonly simulation?: Simulation | undefined
  readonly newAccount?: (() => Account) | undefined
  /** What the modules that the scenario names export. */
  readonly modules?: Modules | undefined
}

/** A data centre that has not begun. */
export interface Wired {
  readonly world: World
  /** What will go wrong, in the order of time. */
  readonly plan: readonly PlannedFault[]
  readonly workload:
    | { readonly target: Process; readonly source: RequestSource; readonly timeout: Nanos }
    | undefined
}

/** A mistake that only shows when the parts are made, in the part at this path of the scenario. */
export class WiringError extends ScenarioError {
  constructor(
    mistakes: readonly Mistake[],
    readonly path: Path,
  ) {
    super(mistakes)
  }
}

/** What `make` throws as the user's mistake is told of the part at this path. */
export function wiring<T>(path: Path, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw error instanceof ScenarioError ? new WiringError(error.mistakes, path) : error
  }
}

export function wire(scenario: Scenario, terms: WireTerms): Wired {
  const { seed, recorder, checked, timeline, messages, simulation, newAccount } = terms
  const world = new World({
    seed,
    recorder,
    checked,
    timeline,
    messages,
    simulation,
    newAccount,
    network: scenario.network.values as unknown as NetworkValues,
    costs: new Costs(scenario.costs),
  })
  for (const [group, { count, values }] of Object.entries(scenario.hosts))
    for (const name of instanceNames(group, count))
      wiring(['hosts', group], () => world.addHost(name, values as unknown as HostValues))
  wiring(['network', 'topology'], () => world.network.place(world.hosts))
  for (const { between, values } of scenario.network.links) {
    const [a, b] = between.map((group) => new Set(hostsNamed(world, group)))
    world.addLinkRule({ between: [a!, b!], values: values as LinkValues })
  }
  const containers = new Containers(world)
  // Every process exists before the first one looks for its peers.
  const makers = (['services', 'coordinators'] as const).flatMap((section) =>
    Object.entries(scenario[section]).flatMap(([name, part]) => {
      const path = [section, name]
      const add = section === 'services' ? addService : addCoordinator(terms.modules)
      return wiring(path, () => place(containers, name, part, add)).map((make) => () => wiring(path, make))
    }),
  )
  for (const make of makers) make()
  const plan = planOf(world, scenario)
  play(world, plan, faults)
  return { world, plan, workload: wireWorkload(world, scenario, terms.openTrace) }
}

/** The faults that are written and those that the seed draws, in the order of time. */
function planOf(world: World, { faults: written, faultProfile }: Scenario): readonly PlannedFault[] {
  const check = ({ kind, values }: PlannedFault) => faults[kind]!.check?.(world, values)
  for (const [i, fault] of written.entries()) wiring(['faults', i], () => check(fault))
  const drawn = faultProfile ? draw(faultProfile, world, faults) : []
  for (const fault of drawn) wiring(['fault-profile'], () => check(fault))
  return [...written, ...drawn].sort((a, b) => a.at - b.at)
}

function hostsNamed(world: World, name: string): readonly Host[] {
  const hosts = instancesNamed(world.hosts, name)
  invariant(hosts.length > 0, `no host named ${name}`)
  return hosts
}

type Add = (process: Process, part: PlacedPart) => void

/** Makes the processes of a part; what is returned then gives each its behaviour. */
function place(containers: Containers, name: string, part: PlacedPart, add: Add): (() => void)[] {
  const { world } = containers
  const hosts = part.on.flatMap((host) => hostsNamed(world, host))
  const names = instanceNames(name, hosts.length * part.count)
  const processes = names.map((instance, i) => {
    const host = hosts[Math.floor(i / part.count)]!
    const process = world.addProcess(host, instance, name, cpuTerms(world, instance, part.values))
    equip(process, part.values)
    return process
  })
  const check = contain(containers, name, processes, part.values)
  return [check, ...processes.map((process) => () => add(process, part))]
}

function addService(process: Process, part: PlacedPart): void {
  const definition = services[part.kind]!
  const values = resolved(process, part, definition.parameters)
  const context = new ServiceContext(process, process.world.recorder, definition.metrics)
  process.behaviour = new ServiceBehaviour(() => definition.create(context, values), definition.faults)
}

const addCoordinator =
  (modules: Modules | undefined): Add =>
  (process, part) => {
    const definition = coordinatorOf(part, modules)
    const values = resolved(process, part, definition.parameters)
    const observe = observerOf(process.world, part, definition.metrics ?? {})
    const env = new SimEnv(process, observe)
    const given = values.handlerCost as Nanos | undefined
    const costs =
      given ?? new HandlerCosts(process.world.costs, part.kind, peersOf(definition.parameters, values))
    process.behaviour = new CoordinatorBehaviour(process, costs, () => definition.create(env, values))
  }

/** Metrics that contradict others are our bug, but not where a module of the user's declares them. */
function observerOf(world: World, { module }: PlacedPart, metrics: ObservedMetrics): Observer {
  try {
    return observer(world, metrics)
  } catch (error) {
    if (!module || !(error instanceof InvariantError)) throw error
    throw new ScenarioError(`the metrics of ${quote(module.file, 200)}: ${error.message}`)
  }
}

/** To how many processes the longest of its references leads; at least 1. The size of what it handles. */
function peersOf(parameters: Parameters, values: Readonly<Record<string, unknown>>): number {
  const counts = Object.entries(parameters).map(([name, { shape }]) =>
    shape.type === 'reference' && shape.to !== 'host'
      ? ((values[name] as Reference | undefined)?.length ?? 0)
      : 0,
  )
  return Math.max(1, ...counts)
}

/** Values as a module gets them: addresses for the names of parts, makers of requests for requests. */
const resolved = (
  process: Process,
  { values }: PlacedPart,
  parameters: Parameters,
): Readonly<Record<string, unknown>> => ({
  ...values,
  ...resolvedFields(process, parameters, values, process.name),
})

/** @param purpose of the streams that requests draw from: `backend.1/steps/0/request` */
function resolvedFields(
  process: Process,
  parameters: Parameters,
  values: Readonly<Record<string, unknown>>,
  purpose: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape }]) => [
      name,
      resolvedValue(process, shape, values[name], `${purpose}/${kebab(name)}`),
    ]),
  )
}

function resolvedValue(process: Process, shape: ParameterType, value: unknown, purpose: string): unknown {
  if (value === undefined) return undefined
  switch (shape.type) {
    case 'reference':
      return shape.to === 'host' ? value : addressesOf(process.world, value as Reference)
    case 'request': {
      const { kind, values } = value as KindValue
      return requests[kind]!.create(values, (of) => process.world.streams.stream(`${purpose}/${of}`))
    }
    case 'record':
      return resolvedFields(process, shape.fields, value as Record<string, unknown>, purpose)
    case 'list':
      return (value as readonly unknown[]).map((item, i) =>
        resolvedValue(process, shape.of.shape, item, `${purpose}/${i}`),
      )
    default:
      return value
  }
}

const addressesOf = (world: World, reference: Reference) =>
  reference.flatMap(({ name }) => processesNamed(world, name).map((process) => process.address))

function processesNamed(world: World, name: string): readonly Process[] {
  const processes = instancesNamed(world.processes, name)
  invariant(processes.length > 0, `no process named ${name}`)
  return processes
}

/** One instrument a declared metric, shared by all processes of the kind. */
function observer(world: World, metrics: ObservedMetrics): Observer {
  const { recorder, simulation } = world
  const record = new Map<string, (value: number) => void>()
  for (const [name, definition] of Object.entries(metrics)) {
    if (definition.observed === 'count') {
      const counter = recorder.counter(name, definition)
      record.set(name, (by) => counter.add(simulation.now, by))
    } else if (definition.observed === 'level') {
      const level = recorder.level(name, definition, { series: true })
      record.set(name, (value) => level.set(simulation.now, value))
    } else {
      const recording = recorder.distribution(name, definition)
      record.set(name, (value) => recording.record(simulation.now, value))
    }
  }
  return (observation) => {
    const definition = metrics[observation.metric]
    invariant(
      definition?.observed === observation.kind,
      () =>
        `${observation.metric} is observed as a ${observation.kind}; declared: ${definition?.observed ?? 'not at all'}`,
    )
    record.get(observation.metric)!(observation.kind === 'count' ? (observation.by ?? 1) : observation.value)
  }
}

function wireWorkload(world: World, scenario: Scenario, openTrace: OpenTrace): Wired['workload'] {
  const values = scenario.workload
  if (!values) return undefined
  const { target, timeout } = values as { target: Reference; timeout: Nanos }
  return {
    target: processesNamed(world, target[0]!.name)[0]!,
    source: wiring(['workload'], () => createSource(values, world.streams, openTrace)),
    timeout,
  }
}
