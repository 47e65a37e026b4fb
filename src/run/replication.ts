// One replication: a scenario and a seed in, a plain record out.

import type { MetricDefinitions } from '../env/metric.ts'
import { invariant } from '../errors.ts'
import type { RunLimits, Simulation, StopReason } from '../kernel/simulation.ts'
import { type Recorded, Recorder } from '../observe/recorder.ts'
import type { RequestLog } from '../observe/request-log.ts'
import type { Timeline } from '../observe/timeline.ts'
import { WarmUp } from '../observe/warm-up.ts'
import { hasPromises, type Modules } from '../scenario/modules.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { wire, wiring } from '../scenario/wire.ts'
import { format, type Nanos } from '../units.ts'
import type { OpenTrace } from '../workload/workload.ts'
import { type FaultRecord, type PlannedFault, recordOf } from '../world/faults/plan.ts'
import { faults } from '../world/faults/registry.ts'
import { hostDefaults } from '../world/host.ts'
import type { Process } from '../world/process.ts'
import type { World } from '../world/world.ts'
import { type RunCheck, RunChecks } from './checking.ts'
import { Clients } from './client.ts'
import { withDerived } from './derived.ts'
import { MessageRecord } from './message-record.ts'
import { WorkerTime } from './worker-time.ts'

export interface ReplicationTerms {
  readonly seed: string
  /** Freeze messages as they are sent. */
  readonly checked: boolean
  /** Bins of the time series. */
  readonly bins: number
  readonly openTrace: OpenTrace
  /** Takes down what every process does. */
  readonly timeline?: Timeline
  /** Keeps who sends how much to whom, and messages around what matters most. */
  readonly messages?: boolean
  /** Keeps where the time of each request went. */
  readonly requests?: RequestLog
  /** Sees every event, in a simulation of its own that has not begun. */
  readonly watch?: { readonly simulation: Simulation; wired(world: World): void }
  /** Asked now and then: whether to stop. */
  readonly interrupted?: () => boolean
  /** What the modules that the scenario names export. */
  readonly modules?: Modules | undefined
  /** Ends when the event loop has fallen idle, so that promises have gone as far as they can; needed where something waits on them. */
  readonly idle?: (() => Promise<void>) | undefined
}

/** What one replication found; plain data. */
export interface RunRecord {
  readonly seed: string
  readonly recorded: Recorded
  readonly fingerprint: string
  readonly events: number
  readonly stopped: StopReason
  readonly ended: Nanos
  /** What went wrong, in the order of time. */
  readonly faults: readonly FaultRecord[]
  readonly checks: readonly RunCheck[]
}

/** Two runs of the same scenario and seed differed. */
export class DeterminismError extends Error {
  override name = 'DeterminismError'
}

/** A run under way: whenever it yields, promises are to go on before it does. */
type Run<T> = Generator<void, T, void>

/** Runs the scenario once, at a stretch: nothing in it may wait on a promise. */
export function replicate(scenario: Scenario, terms: ReplicationTerms): RunRecord {
  const result = replication(scenario, terms).next()
  invariant(result.done === true, 'a coordinator waits on promises in a run without an event loop')
  return result.value
}

/** The same of any scenario: where promises are waited on, the event loop falls idle after each event that concerns them. */
export async function replicateAsync(scenario: Scenario, terms: ReplicationTerms): Promise<RunRecord> {
  const { idle, modules } = terms
  if (!idle || !hasPromises(scenario, modules)) return replicate(scenario, terms)
  const run = replication(scenario, terms)
  try {
    for (;;) {
      const result = run.next()
      if (result.done) return result.value
      await idle()
    }
  } finally {
    run.return(undefined as never)
  }
}

/** With `mser-5`, a first pass finds where the warm-up ends. */
function* replication(scenario: Scenario, terms: ReplicationTerms): Run<RunRecord> {
  const { warmUp } = scenario.measure
  if (warmUp !== 'mser-5') return yield* runOnce(scenario, terms, warmUp)
  const found = new WarmUp()
  const { timeline: _, requests: __, watch: ___, messages: ____, ...unseen } = terms
  const pilot = yield* runOnce(scenario, unseen, 0, found)
  if (pilot.stopped === 'interrupted' || pilot.stopped === 'events') return pilot
  const truncation = found.truncation()
  const record = yield* runOnce(scenario, terms, truncation.found ? truncation.time : 0)
  // A run that ends after so many answers since its warm-up ends later than its pilot.
  const alike = record.stopped === pilot.stopped && scenario.measure.requests === undefined
  if (alike && record.fingerprint !== pilot.fingerprint)
    throw new DeterminismError(
      `two runs of seed ${terms.seed} differ: fingerprints ${pilot.fingerprint} and ${record.fingerprint}`,
    )
  const detail = truncation.found
    ? `${truncation.dropped} answers dropped, measured from ${format(truncation.time, 'ns')}`
    : truncation.reason
  const check: RunCheck = {
    name: 'warm-up (MSER-5)',
    kind: 'law',
    pass: truncation.found ? true : null,
    detail,
  }
  return { ...record, checks: [...record.checks, check] }
}

/** The metrics that a run of the scenario will give, known without running it. */
export function metricsOf(scenario: Scenario, terms: ReplicationTerms): MetricDefinitions {
  const { recorder, close } = prepare(scenario, terms)
  close()
  const metrics = Object.fromEntries(
    Object.entries(recorder.definitions()).map(([name, definition]) => [
      name,
      { ...definition, value: null },
    ]),
  )
  return withDerived({ measured: 0, metrics, series: {}, histograms: {}, breakdown: [] }).metrics
}

/** What will go wrong in a run of the scenario with this seed, written and drawn, in the order of time. */
export function faultPlanOf(scenario: Scenario, terms: ReplicationTerms): readonly PlannedFault[] {
  const { plan, close } = prepare(scenario, terms)
  close()
  return plan
}

interface Prepared {
  readonly world: World
  readonly plan: readonly PlannedFault[]
  readonly recorder: Recorder
  readonly clients: Clients | undefined
  readonly checks: RunChecks
  readonly messages: MessageRecord | undefined
  /** Lets go of what was opened. */
  close(): void
}

function prepare(scenario: Scenario, terms: ReplicationTerms, found?: WarmUp): Prepared {
  const recorder = new Recorder({ bins: terms.bins })
  const { requests, watch } = terms
  const messages = terms.messages ? new MessageRecord() : undefined
  const { world, plan, workload } = wire(scenario, {
    ...terms,
    recorder,
    messages: messages?.log,
    simulation: watch?.simulation,
    newAccount: requests && (() => requests.account()),
  })
  watch?.wired(world)
  const checks = wiring(['checks'], () => new RunChecks(world, scenario, messages))
  if (!workload) {
    watchWorkers(world, recorder, scenario, checks)
    return { world, plan, recorder, clients: undefined, checks, messages, close() {} }
  }
  const process = addClients(world)
  const clients = new Clients(process, recorder, {
    ...workload,
    requests: scenario.measure.requests,
    warmUp: found,
    log: terms.requests,
    messages,
  })
  process.behaviour = clients
  watchWorkers(world, recorder, scenario, checks)
  return { world, plan, recorder, clients, checks, messages, close: () => workload.source.close() }
}

/** Where a speedup of workers is asked for, what they do is taken down. */
function watchWorkers(world: World, recorder: Recorder, scenario: Scenario, checks: RunChecks): void {
  const { speedup, services } = scenario
  if (speedup?.workers === undefined) return
  // A time is that of a given job; who works at a rate is given more.
  const fixed = recorder.definitions()[speedup.of]?.unit === 'ns'
  const terms = { part: speedup.workers, services: new Set(Object.keys(services)), fixed }
  checks.watch(new WorkerTime(world, recorder, terms))
}

/** The clients stand on the host named `clients`, or on one of their own, of which nothing is recorded. */
function addClients(world: World): Process {
  const unseen = new Recorder({ bins: 2 })
  const values = { ...hostDefaults, cores: 1 }
  const host = world.hosts.get('clients') ?? world.addHost('clients', values, unseen)
  return world.addProcess(host, '(clients)', '(clients)', {}, unseen)
}

function* runOnce(
  scenario: Scenario,
  terms: ReplicationTerms,
  warmUp: Nanos,
  found?: WarmUp,
): Run<RunRecord> {
  const prepared = prepare(scenario, terms, found)
  try {
    return yield* runPrepared(prepared, scenario, terms, warmUp)
  } finally {
    prepared.close()
  }
}

function* runPrepared(
  { world, plan, recorder, clients, checks, messages }: Prepared,
  scenario: Scenario,
  terms: ReplicationTerms,
  warmUp: Nanos,
): Run<RunRecord> {
  const { simulation } = world
  const { duration, events } = scenario.measure
  const limits = { events, ...(terms.interrupted ? { interrupted: terms.interrupted } : {}) }
  for (const process of world.processes.values()) process.begin()
  let stopped: StopReason = 'until'
  if (warmUp > 0) {
    stopped = yield* stretch(world, checks, { ...limits, until: warmUp })
    recorder.reset(simulation.now)
    messages?.measure(world)
    checks.measure()
  }
  clients?.measure(simulation.now)
  if (stopped === 'until') {
    const left = { ...limits, events: events - simulation.processed }
    stopped = yield* stretch(world, checks, duration === undefined ? left : { ...left, until: duration })
  }
  const now = simulation.now
  const recorded = withDerived(recorder.finish(now))
  // Some violations are found at the end.
  const found = checks.finish(clients, stopped)
  return {
    seed: terms.seed,
    recorded: { ...recorded, ...messages?.finish(world, terms.seed) },
    fingerprint: simulation.fingerprint.toString(),
    events: simulation.processed,
    stopped,
    ended: now,
    faults: plan.filter(({ at }) => at <= now).map((fault) => recordOf(fault, faults)),
    checks: found,
  }
}

/** How many times promises may go on before somebody is asked whether to stop. */
const POLL_SUSPENSIONS = 4096

/** Runs until a limit is reached; whenever something is left to promises, they go on at that instant. */
function* stretch(world: World, checks: RunChecks, limits: RunLimits): Run<StopReason> {
  const { simulation } = world
  const last = simulation.processed + (limits.events ?? Number.POSITIVE_INFINITY)
  for (let turn = 0; ; turn++) {
    while (simulation.suspended) {
      yield
      world.settled()
    }
    if (world.failure) throw world.failure
    if (turn % POLL_SUSPENSIONS === POLL_SUSPENSIONS - 1 && limits.interrupted?.()) return 'interrupted'
    const stopped = checks.run({ ...limits, events: last - simulation.processed }, turn > 0)
    if (world.failure) throw world.failure
    if (stopped !== 'suspended') return stopped
  }
}
