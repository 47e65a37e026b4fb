// A service as Kong has it at run time: who serves it, how they are, and whose turn it is.

import { type HttpRequest, RefusedError, TimeoutError } from '../../../env/index.ts'
import { ScenarioError } from '../../../errors.ts'
import type { Nanos } from '../../../units.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import { processesOf } from '../addresses.ts'
import { Forward } from '../forward.ts'
import { Balancer } from './balancer.ts'
import type { KongService, KongValues } from './parameters.ts'
import { RateLimit } from './rate-limit.ts'
import { Resolver } from './resolver.ts'
import { type Sign, Target } from './target.ts'

/** [S] Kong: targets, weight */
const WEIGHT = 100
/** Answers of an active check that say no; others of 300 and more say nothing. [S] Kong: healthchecks.active */
const UNHEALTHY_STATUSES = [429, 404, 500, 501, 502, 503, 504, 505]

/** What is counted. */
export interface Told {
  unhealthy(): void
  lookup(): void
  /** Requests went to a target that failed them, for so long. */
  exposed(time: Nanos): void
}

export class Upstream {
  readonly balancer: Balancer
  readonly rateLimit: RateLimit | undefined
  readonly #resolver: Resolver | undefined

  constructor(
    readonly context: ServiceContext,
    readonly name: string,
    readonly service: KongService,
    kong: KongValues,
    readonly told: Told,
  ) {
    const { targets, discover, weights, algorithm, threshold, rateLimit } = service
    const { world } = context.process
    if ((targets === undefined) === (discover === undefined))
      throw new ScenarioError(
        `invalid service ${name}: expected either targets or discover, its name in Consul`,
      )
    if (discover !== undefined && !kong.consul)
      throw new ScenarioError(
        `missing consul: whom Kong asks for the instances of ${discover} (the service ${name})`,
      )
    const processes = targets ? processesOf(world, targets) : []
    if (weights && weights.length !== processes.length)
      throw new ScenarioError(
        `invalid weights of the service ${name}: ${weights.length} of them; expected one for each of the ${processes.length} targets`,
      )
    this.balancer = new Balancer(algorithm, threshold, context.random(`balancing/${name}`))
    this.balancer.set(processes.map((process, i) => new Target(process, weights?.[i] ?? WEIGHT)))
    this.rateLimit = rateLimit && new RateLimit(rateLimit)
    if (discover !== undefined) {
      const agents = kong.consul!.map((address) => context.processOf(address))
      this.#resolver = new Resolver(
        context,
        kong,
        agents,
        discover,
        (found) => this.#found(found),
        () => told.lookup(),
      )
    }
  }

  begin(): void {
    this.#resolver?.begin()
    this.#checkEvery(this.service.active.healthyInterval, true)
    this.#checkEvery(this.service.active.unhealthyInterval, false)
  }

  /** Calls `then` when it is known who serves. */
  whenKnown(then: () => void): void {
    if (this.#resolver) this.#resolver.whenKnown(then)
    else then()
  }

  /** A request at a target has ended so; a status that is neither good nor bad says nothing. */
  saw(target: Target, sign: Sign | undefined): void {
    if (sign === undefined) return
    const now = this.context.now()
    if (sign === 'success') this.#endExposure(target)
    else {
      target.failsSince ??= now
      target.failedAt = now
    }
    if (!target.saw(sign, this.service.passive)) return
    this.told.unhealthy()
    this.#endExposure(target)
  }

  /** No requests fail at it any more: it answers, is taken out, or is there no longer. */
  #endExposure(target: Target): void {
    if (target.failsSince === undefined) return
    this.told.exposed(target.failedAt - target.failsSince)
    target.failsSince = undefined
  }

  /** Those that were there already keep their health. */
  #found(processes: readonly Process[]): void {
    const { targets } = this.balancer
    const same =
      targets.length === processes.length && targets.every(({ process }, i) => process === processes[i])
    if (same) return
    for (const target of targets) if (!processes.includes(target.process)) this.#endExposure(target)
    const by = new Map(targets.map((target) => [target.process, target]))
    this.balancer.set(processes.map((process) => by.get(process) ?? new Target(process, WEIGHT)))
  }

  #checkEvery(interval: number, healthy: boolean): void {
    if (interval === 0) return
    const check = (): void => {
      this.context.process.after(interval, check)
      for (const target of this.balancer.targets) if (target.healthy === healthy) this.#check(target)
    }
    this.context.process.after(interval, check)
  }

  #check(target: Target): void {
    const { active } = this.service
    const message: HttpRequest = { kind: 'http', method: 'GET', path: active.path }
    const saw = (sign: Sign): void => {
      if (!target.saw(sign, active)) return
      this.told.unhealthy()
      this.#endExposure(target)
    }
    new Forward(
      this.context.process,
      target.process,
      message,
      { timeout: active.timeout },
      {
        answered: () => saw('success'),
        failed(error) {
          if (error instanceof TimeoutError) saw('timeout')
          else if (!(error instanceof RefusedError)) saw('tcp-failure')
          else if (UNHEALTHY_STATUSES.includes(error.status)) saw('http-failure')
        },
      },
    )
  }
}
