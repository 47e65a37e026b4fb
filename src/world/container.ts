// A container: what stands around the process of a service or coordinator and decides when it starts, what its end is
// followed by and who learns of it. As Docker does it: depends-on (compose), ports that are taken at the start and given
// back at the end, a restart policy with back-off (container-restart.ts), health checks (container-health.ts), SIGTERM and
// a grace before SIGKILL. Without any of these it begins with its host and ends with it.
// Left out: pausing, networks and volumes of its own, logs. Its CPU terms and memory are the process's (cpu.ts, memory.ts).

import type { Distribution } from '../kernel/distributions/distribution.ts'
import type { EventTarget } from '../kernel/simulation.ts'
import type { Nanos } from '../units.ts'
import type { EndReason, Supervisor } from './behaviour.ts'
import { type Health, type HealthListener, HealthMonitor } from './container-health.ts'
import type { ContainerMetrics } from './container-metrics.ts'
import { Restarts } from './container-restart.ts'
import { type ContainerTerms, Waiting } from './container-terms.ts'
import type { Engine } from './containers.ts'
import type { Process } from './process.ts'

const LAUNCH = 30
const RUN = 31
const RESTART = 32
const EXIT = 33
const STOP = 34

export type ContainerState =
  | 'created'
  | 'starting'
  | 'running'
  | 'stopping'
  | 'restarting'
  | 'exited'
  | 'removed'

/** Exit codes: 128 and the number of the signal; 255 is what Docker shows of those that a host's crash has ended. */
const KILLED = 137
const TERMINATED = 143
const HALTED = 255
const CODES: Readonly<Record<EndReason, number>> = {
  killed: KILLED,
  'out-of-memory': KILLED,
  evicted: KILLED,
  crashed: 1,
}

export class Container implements Supervisor, HealthListener, EventTarget {
  state: ContainerState = 'created'
  /** Of its last end. */
  exitCode = 0
  oomKilled = false
  /** By its policy, since somebody started it. */
  restarts = 0
  /** Why it did not start, when last it should have. */
  error: string | undefined
  startedAt: Nanos = 0
  /** Whether it is the engine that restarts and checks it, and not the host's init, as the engine itself. */
  underEngine = true
  /** For its next end. */
  readonly endings = new Waiting()
  readonly #restarts: Restarts | undefined
  readonly #monitor: HealthMonitor | undefined
  readonly #ports: readonly number[]
  /** Somebody has stopped it. */
  #stopped = false
  #everStarted = false
  /** Since its last start. */
  #everHealthy = false
  /** Waits for what it depends on. */
  #launching = false
  /** When the start began that led to its present life. */
  #startAsked: Nanos = 0
  /** With which code its end is to be seen, where that is known before. */
  #endsWith: number | undefined
  /** The code it ends with when its time has come. */
  #exitCode = 0
  /** The next step of its life, and its end while it runs. */
  #next = -1
  #end = -1
  readonly #readiness = new Waiting()
  readonly #settlement = new Waiting()

  constructor(
    readonly process: Process,
    readonly engine: Engine,
    readonly terms: ContainerTerms,
    readonly metrics: ContainerMetrics,
  ) {
    const { restart, health, ports = [], autostart = true, startsAt = 0 } = terms
    this.#restarts = restart && new Restarts(restart)
    this.#monitor = health && new HealthMonitor(process, engine.prober, health, this)
    this.#ports = ports
    process.supervisor = this
    // With no step to go before it runs, it begins with the run.
    if (!terms.start && !terms.dependsOn && startsAt === 0 && autostart && ports.length === 0) return
    process.park()
    if (autostart) this.#schedule(startsAt, LAUNCH)
  }

  get id(): number {
    return this.process.id
  }

  /** `undefined`: nobody checks it. */
  get health(): Health | undefined {
    return this.#monitor?.state
  }

  /** Runs, and is healthy where that is checked. */
  get ready(): boolean {
    return this.state === 'running' && (this.#monitor === undefined || this.#monitor.state === 'healthy')
  }

  /** Calls `then` once it runs and is healthy. */
  whenReady(then: () => void): void {
    if (this.ready) then()
    else this.#readiness.add(then)
  }

  /** Calls `then` once it is not about to start any more: it runs, or somebody has called that off. */
  whenSettled(then: () => void): void {
    if (this.state === 'starting') this.#settlement.add(then)
    else then()
  }

  /** As docker start: why it cannot, or nothing. */
  start(): string | undefined {
    if (this.state === 'removed') return `No such container: ${this.process.name}`
    if (!this.process.host.up) return `${this.process.host.name} does not run`
    if (this.#running || this.state === 'starting') return undefined
    this.#stopped = false
    this.restarts = 0
    this.#restarts?.reset()
    return this.#begin()
  }

  /** As docker stop: SIGTERM, and SIGKILL when the grace is over. Calls `then` when it has ended. */
  stop(grace: Nanos, then: () => void): void {
    this.#stopped = true
    if (!this.#running) {
      this.#callOff()
      then()
      return
    }
    this.endings.add(then)
    if (this.state === 'stopping') return
    const takes = this.#drawn(this.terms.stopTime, 'stop')
    this.state = 'stopping'
    this.#endsWith = takes <= grace ? TERMINATED : KILLED
    this.#schedule(Math.min(takes, grace), STOP)
  }

  /** As docker kill. */
  kill(): void {
    this.#stopped = true
    if (this.#running) {
      this.#endsWith = KILLED
      this.process.kill()
    } else this.#callOff()
  }

  /** As docker rm and docker create; it must not run. */
  remove(): void {
    this.#callOff()
    this.state = 'removed'
  }

  create(): void {
    this.state = 'created'
    this.exitCode = 0
    this.oomKilled = false
    this.error = undefined
  }

  began(): void {
    if (this.#running) return
    // Somebody may have started the process without asking: it has its container all the same.
    const now = this.#now()
    if (this.state !== 'starting') {
      this.engine.bind(this, this.#ports)
      this.#startAsked = now
    }
    this.#cancel()
    this.state = 'running'
    this.#everStarted = true
    this.#everHealthy = false
    this.#stopped = false
    this.oomKilled = false
    this.error = undefined
    this.startedAt = now
    this.metrics.began(now)
    if (this.terms.baseMemory) this.process.memory.grow(now, this.terms.baseMemory)
    this.#planEnd()
    this.#settlement.tell()
    if (this.#monitor) this.#monitor.begin()
    else this.#readiness.tell()
  }

  ended(reason: EndReason): void {
    if (!this.#running) return
    const now = this.#now()
    const ran = now - this.startedAt
    this.oomKilled = reason === 'out-of-memory'
    if (this.oomKilled) this.metrics.oomKilled(now)
    this.#down(this.#endsWith ?? CODES[reason])
    const delay = this.#stopped ? undefined : this.#restarts?.after(ran, this.exitCode)
    if (delay !== undefined) {
      this.state = 'restarting'
      this.restarts++
      this.metrics.restarts(now, delay)
      this.#schedule(delay, RESTART)
    }
    this.endings.tell()
  }

  halted(): void {
    if (this.#running) {
      this.#down(HALTED)
      this.endings.tell()
    } else this.#callOff()
  }

  booted(): void {
    const { autostart = true, startsAt = 0 } = this.terms
    if (this.state === 'removed') return
    if (!this.#everStarted) {
      if (autostart && !this.#stopped) this.#schedule(Math.max(0, startsAt - this.#now()), LAUNCH)
    } else if (this.#restarts === undefined) {
      if (!this.#stopped) this.#launch()
    } else if (this.#restarts.atBoot(this.#stopped, this.exitCode)) this.start()
  }

  healthChanged(to: Health): void {
    const now = this.#now()
    if (to === 'unhealthy') {
      this.metrics.unhealthy(now)
      if (this.terms.health!.values.kill) this.process.kill()
    }
    if (to !== 'healthy') return
    if (!this.#everHealthy) this.metrics.healthy(now, now - this.#startAsked)
    this.#everHealthy = true
    this.#readiness.tell()
  }

  mayCheck(then: () => void): boolean {
    return !this.underEngine || this.engine.serves(then)
  }

  fire(kind: number): void {
    if (kind === EXIT) {
      this.#end = -1
      this.#endsWith = this.#exitCode
      this.process.kill('crashed')
      return
    }
    this.#next = -1
    if (kind === LAUNCH) this.#launch()
    else if (kind === RUN) this.process.start()
    else if (kind === STOP) this.process.kill()
    else if (!this.underEngine || this.engine.serves(() => this.#restart())) this.#restart()
  }

  get #running(): boolean {
    return this.state === 'running' || this.state === 'stopping'
  }

  /** Starts as soon as all that it depends on is ready. */
  #launch(): void {
    const missing = this.terms.dependsOn?.().find((each) => !each.ready)
    this.#launching = missing !== undefined
    if (missing) missing.whenReady(() => this.#goOn())
    else this.#begin()
  }

  /** Whoever was waited for is ready; in the meantime somebody may have started or stopped it, or its host may have crashed. */
  #goOn(): void {
    if (this.#launching) this.#launch()
  }

  #restart(): void {
    if (this.state === 'restarting') this.#begin()
  }

  #begin(): string | undefined {
    this.#cancel()
    const taken = this.engine.bind(this, this.#ports)
    if (taken !== undefined) {
      this.metrics.portTaken(this.#now())
      this.state = this.#everStarted ? 'exited' : 'created'
      this.error = `Bind for 0.0.0.0:${taken} failed: port is already allocated (by ${this.engine.ownerOf(taken)!.process.name})`
      return this.error
    }
    this.state = 'starting'
    this.#startAsked = this.#now()
    const takes = this.#drawn(this.terms.start, 'start')
    if (takes === 0) this.process.start()
    else this.#schedule(takes, RUN)
    return undefined
  }

  /** Ends by itself when its time has come, or at once if it misses something. */
  #planEnd(): void {
    const { exitAfter, exitCode = 1, needs } = this.terms
    const missing = needs?.().some(({ process }) => !process.up) ?? false
    if (!missing && !exitAfter) return
    const { simulation } = this.process.world
    const after = missing ? 0 : this.#drawn(exitAfter, 'exit')
    this.#exitCode = missing ? 1 : exitCode
    this.#end = simulation.schedule(simulation.now + after, this, EXIT)
  }

  /** It runs no more. */
  #down(exitCode: number): void {
    this.#cancel()
    this.metrics.ended(this.#now())
    this.#monitor?.end()
    this.engine.release(this, this.#ports)
    this.exitCode = exitCode
    this.state = 'exited'
  }

  /** A start or restart that was to come does not. */
  #callOff(): void {
    this.#cancel()
    this.engine.release(this, this.#ports)
    if (this.state === 'starting' || this.state === 'restarting') this.state = 'exited'
    this.#settlement.tell()
  }

  #schedule(delay: Nanos, kind: number): void {
    const { simulation } = this.process.world
    this.#next = simulation.schedule(simulation.now + delay, this, kind)
  }

  #cancel(): void {
    const { simulation } = this.process.world
    if (this.#next >= 0) simulation.cancel(this.#next)
    if (this.#end >= 0) simulation.cancel(this.#end)
    this.#next = -1
    this.#end = -1
    this.#endsWith = undefined
    this.#launching = false
  }

  #drawn(time: Distribution | undefined, purpose: string): Nanos {
    if (!time) return 0
    return Math.round(time.sample(this.process.world.streams.stream(`${this.process.name}/(${purpose})`)))
  }

  #now(): Nanos {
    return this.process.world.simulation.now
  }
}
