// A loaded model as the scheduler sees it (server/sched.go's runnerRef): who uses it, how long it stays, when it must go.
// Each unload comes by one of three ways: keep-alive over, keep-alive 0 and idle, or evicted and idle.

import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import type { Generation } from './generation.ts'
import type { Model } from './models.ts'
import type { Runner } from './runner.ts'

/** An evicted model's being idle is looked at every 10 ms [S]. */
const IDLE_POLL: Nanos = 10_000_000

export class LoadedModel {
  references = 0
  /** When its eviction was asked for; undefined: it may stay. */
  evictedAt: Nanos | undefined
  #unloadsAt: Nanos | undefined
  #cancelUnload: (() => void) | undefined

  /** @param keepAlive how long it stays when idle; negative: for ever @param unload called when it is to go, and is idle */
  constructor(
    readonly model: Model,
    readonly numCtx: number,
    readonly threads: number,
    /** Bytes it holds. */
    readonly memory: number,
    readonly runner: Runner,
    public keepAlive: Nanos,
    readonly context: ServiceContext,
    readonly unload: () => void,
  ) {}

  /** Whether the request's options differ from those it was loaded with. */
  mustReloadFor(generation: Generation): boolean {
    return generation.numCtx !== this.numCtx || generation.threads !== this.threads
  }

  /** When it goes if nobody comes any more; Infinity: never. */
  get expiresAt(): Nanos {
    if (this.keepAlive < 0) return Number.POSITIVE_INFINITY
    return this.#unloadsAt ?? this.context.now() + this.keepAlive
  }

  /** A request has come; a keep-alive of its own that lets the model stay ends its eviction. */
  use(keepAlive: Nanos | undefined): void {
    this.references++
    this.#stay()
    if (keepAlive === undefined) return
    this.keepAlive = keepAlive
    if (keepAlive !== 0) this.evictedAt = undefined
  }

  release(): void {
    if (--this.references > 0) return
    const now = this.context.now()
    if (this.evictedAt !== undefined) {
      const polls = Math.ceil((now - this.evictedAt) / IDLE_POLL)
      this.#unloadAfter(this.evictedAt + polls * IDLE_POLL - now)
    } else if (this.keepAlive >= 0) this.#unloadAfter(this.keepAlive)
  }

  /** It is to go as soon as it is idle. */
  evict(): void {
    this.keepAlive = 0
    this.evictedAt = this.context.now()
    this.#stay()
    if (this.references === 0) this.unload()
  }

  #stay(): void {
    this.#cancelUnload?.()
    this.#cancelUnload = undefined
    this.#unloadsAt = undefined
  }

  #unloadAfter(delay: Nanos): void {
    if (delay === 0) {
      this.unload()
      return
    }
    this.#unloadsAt = this.context.now() + delay
    this.#cancelUnload = this.context.later(delay, this.unload)
  }
}

/** Who is evicted (findRunnerToUnload): by keep-alive, then by name, the first that is idle, else the first. */
export function chooseVictim(loaded: Iterable<LoadedModel>): LoadedModel {
  const order = [...loaded].sort(
    (a, b) => keepAliveOrder(a) - keepAliveOrder(b) || (a.model.name < b.model.name ? -1 : 1),
  )
  return order.find(({ references }) => references === 0) ?? order[0]!
}

/** As unsigned, a negative keep-alive is the longest. */
const keepAliveOrder = ({ keepAlive }: LoadedModel): number =>
  keepAlive < 0 ? Number.MAX_SAFE_INTEGER : keepAlive
