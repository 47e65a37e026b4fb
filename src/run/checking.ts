// The checks of one run: the laws that every run must obey, and the checkers held against its facts and its data centre.

import type { RunLimits, StopReason } from '../kernel/simulation.ts'
import type { Violation } from '../observe/checkers/checker.ts'
import { Checking } from '../observe/checkers/checking.ts'
import { checkers } from '../observe/checkers/registry.ts'
import type { CoresSight, HostSight, MemorySight, QueueSight, Sight } from '../observe/checkers/sight.ts'
import type { Reference } from '../parameters.ts'
import type { Check } from '../results/result.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { formatInstant, type Nanos } from '../units.ts'
import type { Host } from '../world/host.ts'
import type { Process } from '../world/process.ts'
import type { World } from '../world/world.ts'
import type { Clients } from './client.ts'
import type { MessageRecord } from './message-record.ts'
import { RedisHistory } from './redis-history.ts'
import type { WorkerTime } from './worker-time.ts'

/** A check of one run; which seed it was, and how to run it again, is added where all runs are known. */
export interface RunCheck extends Omit<Check, 'violation'> {
  readonly violation?: Violation & { readonly further: number }
}

const BY_DEFAULT = { off: [], named: {} }

/** A look at the data centre costs time in its size; so many events for each part of it lie between two looks, and so many at least. */
const EVENTS_PER_PART = 16
const FEWEST_EVENTS = 16_384

const QUEUES = /^process\..*\.mailbox$|^service\..*\.queue$/

export class RunChecks {
  readonly #world: World
  readonly #scenario: Scenario
  readonly #checking: Checking
  readonly #stretch: number
  /** After how many events the next look is due. */
  #lookAt = 0
  /** Sees what the workers do, where a speedup is asked of them. */
  #workers: WorkerTime | undefined

  /** Attaches the checkers to a world that is complete and has not begun. Throws ScenarioError where their values do not go together. */
  constructor(world: World, scenario: Scenario, messages?: MessageRecord) {
    const settings = scenario.checks ?? BY_DEFAULT
    this.#world = world
    this.#scenario = scenario
    this.#checking = new Checking(
      checkers,
      settings,
      messages &&
        ((name, { at, what }) =>
          messages.violated(at, `${name}: ${what}, at ${formatInstant(at)}`, world.speaker?.cause ?? -1)),
    )
    this.#checking.begin(sightOf(world))
    world.listener = this.#checking
    if (this.#checking.hears('invoked')) {
      const stores = Object.values(settings.named).flatMap((values) =>
        'store' in values ? [values.store] : [],
      )
      world.calls = new RedisHistory(world, stores as (Reference | undefined)[])
    }
    const parts = world.hosts.size + world.processes.size
    this.#stretch = this.#checking.looks
      ? Math.max(FEWEST_EVENTS, parts * EVENTS_PER_PART)
      : Number.POSITIVE_INFINITY
  }

  /** Before the run begins. */
  watch(workers: WorkerTime): void {
    this.#workers = workers
  }

  /** Runs until a limit is reached, with a look at the data centre now and then. One that was suspended goes on. */
  run({ events = Number.POSITIVE_INFINITY, ...limits }: RunLimits, goesOn = false): StopReason {
    const { simulation } = this.#world
    const last = simulation.processed + events
    if (!goesOn) this.#lookAt = simulation.processed + this.#stretch
    for (;;) {
      const next = Math.min(last, this.#lookAt)
      const stopped = (this.#workers ?? simulation).run({ ...limits, events: next - simulation.processed })
      if (stopped !== 'events' || next === last) return stopped
      if (limits.interrupted?.()) return 'interrupted'
      this.#checking.look(simulation.now, false)
      this.#lookAt += this.#stretch
    }
  }

  /** The warm-up is over. */
  measure(): void {
    this.#workers?.measure(this.#world.simulation.now)
    this.#checking.look(this.#world.simulation.now, true)
  }

  finish(clients: Clients | undefined, stopped: StopReason): readonly RunCheck[] {
    const { now } = this.#world.simulation
    const found = this.#checking.finish(now, stopped === 'idle').map(
      ({ name, pass, detail, violation, further = 0 }): RunCheck => ({
        name,
        kind: 'law',
        pass,
        detail,
        ...(violation ? { violation: { ...violation, further } } : {}),
      }),
    )
    return [...this.#laws(clients, now), ...found]
  }

  #laws(clients: Clients | undefined, now: Nanos): readonly RunCheck[] {
    const laws: RunCheck[] = []
    if (clients) laws.push({ name: 'Little’s law', kind: 'law', ...clients.check(now) })
    if (this.#workers)
      laws.push({ name: 'worker time is accounted for', kind: 'law', ...this.#workers.check(now) })
    if (Object.keys(this.#scenario.coordinators).length > 0) {
      const first = this.#world.firstUnhandled
      const detail = first ?? 'every outcome of a call was handled'
      laws.push({ name: 'no task failed', kind: 'law', pass: first === undefined, detail })
    }
    return laws
  }
}

const sightOf = (world: World): Sight => ({
  hosts: [...world.hosts.values()].map(hostSight),
  queues: [...world.recorder.levels()]
    .filter(([name]) => QUEUES.test(name))
    .map(([name, level]): QueueSight => ({ name, watch: (limit, exceeded) => level.watch(limit, exceeded) })),
})

const hostSight = (host: Host): HostSight => ({
  name: host.name,
  cores: coresSight(host),
  memory: hostMemory(host),
})

/** Levels and jobs are counted apart, so that one can be held against the other. */
const coresSight = ({ cpu }: Host): CoresSight => ({
  count: cpu.cores,
  get given() {
    return cpu.busy
  },
  busyTime: (at) => cpu.levels!.total.integral(at) * cpu.cores,
  work() {
    const done = cpu.workDone()
    return done && { time: done.work / cpu.speed, jobs: done.jobs }
  },
})

function hostMemory({ name, memory, processes }: Host): MemorySight {
  const parts: MemorySight[] = []
  return {
    name,
    limit: memory.limit,
    get used() {
      return memory.used
    },
    /** Processes may come later. */
    get parts() {
      while (parts.length < processes.length) parts.push(processMemory(processes[parts.length]!))
      return parts
    },
  }
}

const processMemory = ({ name, memory }: Process): MemorySight => ({
  name,
  limit: memory.limit,
  get used() {
    return memory.used
  },
  parts: [],
})
