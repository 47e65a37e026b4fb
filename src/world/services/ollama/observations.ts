// What is seen of an Ollama server.

import type { ObservedMetrics } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'

const counted = (unit: 'count' | 'tokens', better: 'lower' | 'higher' | 'neither', meaning: string) =>
  ({ observed: 'count', unit, better, meaning }) as const

export const metrics = {
  tokens: counted('tokens', 'higher', 'tokens generated, counted when their request ends'),
  'prompt-tokens': counted('tokens', 'neither', 'prompt tokens computed, counted at the first token'),
  'cached-tokens': counted(
    'tokens',
    'higher',
    'prompt tokens found in the cache, counted at the first token',
  ),
  loads: counted('count', 'lower', 'loads of a model'),
  'failed-loads': counted('count', 'lower', 'loads given up: no memory, too long, caller gone'),
  evictions: counted('count', 'lower', 'models unloaded to make room, or to load them otherwise'),
  rejected: counted('count', 'lower', 'requests refused with 503, the pending queue being full'),
  'load-time': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time of a load, the eviction before it not included',
  },
  'first-token': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time from a request’s arrival to its first token',
  },
} as const satisfies ObservedMetrics

export class Observations {
  readonly #context: ServiceContext
  readonly #queue
  readonly #pending
  readonly #utilisation
  readonly #tokens
  readonly #promptTokens
  readonly #cachedTokens
  readonly #loads
  readonly #failedLoads
  readonly #evictions
  readonly #rejected
  readonly #loadTime
  readonly #firstToken
  #slots = 0
  #slotsInUse = 0

  constructor(context: ServiceContext) {
    this.#context = context
    this.#queue = context.queueLevel()
    this.#pending = context.level('pending', 'count', 'lower', 'places taken in the pending queue of')
    this.#utilisation = context.utilisationLevel()
    this.#tokens = context.counter('tokens')
    this.#promptTokens = context.counter('prompt-tokens')
    this.#cachedTokens = context.counter('cached-tokens')
    this.#loads = context.counter('loads')
    this.#failedLoads = context.counter('failed-loads')
    this.#evictions = context.counter('evictions')
    this.#rejected = context.counter('rejected')
    this.#loadTime = context.recording('load-time')
    this.#firstToken = context.recording('first-token')
    for (const level of [this.#queue, this.#pending, this.#utilisation]) level.set(context.now(), 0)
  }

  /** So many more wait, in whichever queue. */
  waits(delta: number): void {
    this.#queue.add(this.#context.now(), delta)
  }

  pending(length: number): void {
    this.#pending.set(this.#context.now(), length)
  }

  /** Slots of loaded models have come, or gone. */
  addSlots(delta: number): void {
    this.#slots += delta
    this.#utilise()
  }

  usesSlots(delta: number): void {
    this.#slotsInUse += delta
    this.#utilise()
  }

  generated(tokens: number): void {
    this.#tokens.add(this.#context.now(), tokens)
  }

  firstToken(after: Nanos, computed: number, cached: number): void {
    const now = this.#context.now()
    this.#firstToken.record(now, after)
    this.#promptTokens.add(now, computed)
    this.#cachedTokens.add(now, cached)
  }

  loaded(after: Nanos): void {
    this.#loads.add(this.#context.now())
    this.#loadTime.record(this.#context.now(), after)
  }

  loadFailed(): void {
    this.#failedLoads.add(this.#context.now())
  }

  evicted(): void {
    this.#evictions.add(this.#context.now())
  }

  rejected(): void {
    this.#rejected.add(this.#context.now())
  }

  #utilise(): void {
    const share = this.#slots === 0 ? 0 : this.#slotsInUse / this.#slots
    this.#utilisation.set(this.#context.now(), share)
  }
}
