// Health checks as moby's daemon/health.go has them: a command is started in the container (an exec, whose core time counts
// neither against the timeout nor for it, but which is given up after 30 s) and asks the process something over loopback.
// The time from the end of a check to the next is the interval; so many failures in a row make it unhealthy; one success
// makes it healthy. With Docker alone nothing follows from that: who looks at it decides (`depends-on`, a load balancer); Swarm
// kills who is unhealthy (`kill`).

import type { Request, Waiter } from '../env/index.ts'
import type { EventTarget } from '../kernel/simulation.ts'
import type { Nanos } from '../units.ts'
import { seconds } from '../units.ts'
import { Call } from './call.ts'
import type { HealthValues } from './container-parameters.ts'
import type { CpuJob, CpuWaiter } from './cpu.ts'
import type { Process } from './process.ts'

/** After what time the start of a check's command is given up. */
const WEDGED = seconds(30)

const CHECK = 40
const GIVE_UP = 41

export type Health = 'starting' | 'healthy' | 'unhealthy'

export interface HealthTerms {
  readonly values: HealthValues
  /** What the process is asked. */
  request(): Request<unknown>
}

/** Whom it tells. */
export interface HealthListener {
  healthChanged(to: Health): void
  /** Whether a check may begin; if not, `then` is called when it may. */
  mayCheck(then: () => void): boolean
}

export class HealthMonitor implements EventTarget, CpuWaiter, Waiter {
  state: Health = 'starting'
  readonly account = undefined
  /** Its jobs are not those of the process that it asks. */
  readonly load = undefined
  #running = false
  #begunAt: Nanos = 0
  #checkedAt: Nanos = 0
  #streak = 0
  #timer = -1
  #job: CpuJob | undefined
  #call: Call<unknown> | undefined

  /** @param process whose health it is @param scope in whose name it asks */
  constructor(
    readonly process: Process,
    readonly scope: Process,
    readonly terms: HealthTerms,
    readonly listener: HealthListener,
  ) {}

  get id(): number {
    return this.process.id
  }

  /** The process has begun. */
  begin(): void {
    this.#running = true
    this.#begunAt = this.#now()
    this.#streak = 0
    this.#change('starting')
    this.#wait()
  }

  /** The process has ended. */
  end(): void {
    this.#running = false
    this.#drop()
    this.#stop()
    this.#call?.cancel()
    this.#call = undefined
  }

  fire(kind: number): void {
    this.#timer = -1
    if (kind === GIVE_UP) {
      this.#stop()
      this.#found(false)
    } else if (this.listener.mayCheck(() => this.#check())) this.#check()
  }

  /** The command runs. */
  computed(): void {
    this.#job = undefined
    this.#drop()
    this.#ask()
  }

  resume(): void {
    this.#call = undefined
    this.#found(true)
  }

  fail(): void {
    this.#call = undefined
    this.#found(false)
  }

  #check(): void {
    if (!this.#running) return
    const { cost } = this.terms.values
    const { process } = this
    this.#checkedAt = this.#now()
    if (cost === 0) {
      this.#ask()
      return
    }
    this.#schedule(WEDGED, GIVE_UP)
    // A process of its own in the container: it runs also while the one it asks stands still.
    this.#job = process.host.cpu.run(process.cpuGroup, cost, this, this)
  }

  #ask(): void {
    const { timeout } = this.terms.values
    const { world } = this.process
    this.#call = new Call(this.scope, this.process, world.sealed(this.terms.request()), { timeout })
    this.#call.start(this)
  }

  /** Takes the command off its core. */
  #stop(): void {
    if (this.#job && this.process.host.up) this.process.host.cpu.cancel(this.#job)
    this.#job = undefined
  }

  #found(healthy: boolean): void {
    if (!this.#running) return
    const { retries, startPeriod } = this.terms.values
    if (healthy) {
      this.#streak = 0
      this.#change('healthy')
    } else if (this.state !== 'starting' || this.#checkedAt - this.#begunAt >= startPeriod) {
      if (++this.#streak >= retries) this.#change('unhealthy')
    }
    if (this.#running) this.#wait()
  }

  #change(to: Health): void {
    if (to === this.state) return
    this.state = to
    this.listener.healthChanged(to)
  }

  #wait(): void {
    const { interval, startPeriod, startInterval } = this.terms.values
    const early = this.state === 'starting' && this.#now() - this.#begunAt < startPeriod
    this.#schedule(early ? startInterval : interval, CHECK)
  }

  #schedule(delay: Nanos, kind: number): void {
    const { simulation } = this.process.world
    this.#timer = simulation.schedule(simulation.now + delay, this, kind)
  }

  #drop(): void {
    if (this.#timer >= 0) this.process.world.simulation.cancel(this.#timer)
    this.#timer = -1
  }

  #now(): Nanos {
    return this.process.world.simulation.now
  }
}
