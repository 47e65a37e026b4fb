// The coordination state of a fleet on n shards (OllamaMax, spec: system 1): a ring says whose a key is, each shard is a Redis
// master with its replicas, operations on many keys go out as one pipeline a shard, to all shards at once.
// What is not answered is tried again, with the same token, for as long as there is patience. So each update is carried out
// exactly once by those servers that go on, and its caller is told: done, failed (it never was and never will be), or
// unknown. What a master has acknowledged and not yet sent to a replica dies with it; an update with `acknowledgements` is
// done only when so many replicas have it, and is made again by the next master where they have not.
// Left out: order between operations of one request, transactions over several shards, moving data to a new shard.

import {
  type Address,
  all,
  ConnectionRefusedError,
  type Env,
  Outcome,
  RedisCluster,
  RefusedError,
  type StateOperation,
  type StateOutcome,
  type Task,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import { keyOf, wordsOf, writes } from './actions.ts'
import { Group, type GroupTerms, type Item } from './group.ts'
import { HashRing } from './hash-ring.ts'
import { tagsOf } from './shard-tags.ts'

export interface ShardedStateTerms {
  /** The Redis servers: one, a master with its replicas, or a cluster. */
  readonly servers: readonly Address[]
  /** How many shards there are, at most as many as masters. */
  readonly shards: number
  /** Points of a shard on the ring. */
  readonly points: number
  /** Time limit of one attempt. */
  readonly timeout: Nanos
  /** Pause before another attempt. */
  readonly backOff: Nanos
  /** How long after its beginning an operation may be tried again. */
  readonly patience: Nanos
  /** Whom reads are asked of at first; a replica may be behind. */
  readonly readFrom: 'master' | 'replica'
  /** Replicas that must have an update before it is done. */
  readonly acknowledgements: number
  /** How long a server waits for them in an attempt. */
  readonly acknowledgementTimeout: Nanos
  /** Whether attempts carry a token; without, what is tried again may be done twice. */
  readonly once: boolean
  /** How long a server remembers a token. */
  readonly tokenLifetime: Nanos
  /** Is told of each message to a server, each further attempt, each group of updates that a server had had before. */
  onEvent?(what: 'message' | 'retry' | 'suppressed' | 'refresh' | 'redirect'): void
}

export class ShardedState {
  readonly #env: Env
  readonly #terms: ShardedStateTerms
  readonly #masters: RedisCluster
  readonly #replicas: RedisCluster
  readonly #ring: HashRing
  readonly #tags: ReadonlyMap<string, string>
  /** Tells the tokens of this life of the process from all others. */
  readonly #life: string
  #tokens = 0

  constructor(env: Env, terms: ShardedStateTerms) {
    this.#env = env
    this.#terms = terms
    this.#life = env.uuid()
    const tags = tagsOf(terms.shards).map((tag, i) => [`shard.${i + 1}`, tag] as const)
    this.#tags = new Map(tags)
    this.#ring = new HashRing([...this.#tags.keys()], terms.points)
    this.#masters = this.#client('master')
    this.#replicas = this.#client('replica')
  }

  /**
   * Carries out operations, those of a shard together and all shards at once; how each ended, in their order.
   * @param readFrom whom reads are asked of at first
   */
  *apply(
    operations: readonly StateOperation[],
    readFrom: 'master' | 'replica' = this.#terms.readFrom,
  ): Task<readonly StateOutcome[]> {
    const updates = new Map<string, Item[]>()
    const reads = new Map<string, Item[]>()
    const items = operations.map((operation) => {
      const key = keyOf(operation)
      const tag = this.#tags.get(this.#ring.shardOf(key)!)!
      const item: Item = { key: tag + key, words: wordsOf(operation), outcome: undefined }
      const parts = writes(operation) ? updates : reads
      const part = parts.get(tag)
      if (part) part.push(item)
      else parts.set(tag, [item])
      return item
    })
    const readers = readFrom === 'master' ? this.#masters : this.#replicas
    const tasks = [
      ...[...updates].map(([tag, part]) => this.#settle(this.#group(tag, part, true), this.#masters)),
      ...[...reads].map(([tag, part]) => this.#settle(this.#group(tag, part, false), readers)),
    ]
    if (tasks.length === 1) yield* tasks[0]!
    else yield* all(tasks)
    return items.map(({ outcome }) => outcome!)
  }

  #group(tag: string, items: readonly Item[], writes: boolean): Group {
    const { once, tokenLifetime, acknowledgements, acknowledgementTimeout } = this.#terms
    const terms: GroupTerms = {
      // In the slot of the keys.
      token: once && writes ? `${tag}once:${this.#life}:${++this.#tokens}` : undefined,
      lifetimeMs: Math.ceil(tokenLifetime / 1e6),
      acknowledgements,
      waitMs: Math.ceil(acknowledgementTimeout / 1e6),
    }
    return new Group(items, writes, terms)
  }

  /** Tries until every operation of the group has its outcome. */
  *#settle(group: Group, first: RedisCluster): Task<void> {
    const { backOff, patience, onEvent } = this.#terms
    const until = this.#env.now() + patience
    for (let client = first; ; client = this.#masters) {
      const reason = yield* this.#attempt(group, client)
      if (reason === undefined) return
      const pause = reason.startsWith('MOVED') ? 0 : backOff
      if (this.#env.now() + pause >= until) {
        group.giveUp(reason)
        return
      }
      onEvent?.('retry')
      if (pause > 0) yield* this.#env.sleep(pause)
    }
  }

  /** Why another attempt is due; `undefined`: none is. */
  *#attempt(group: Group, client: RedisCluster): Task<string | undefined> {
    const { onEvent } = this.#terms
    const had = group.suppressed
    onEvent?.('message')
    try {
      const { values } = yield* client.call({ kind: 'redis', commands: group.commands() })
      const reason = group.take(values)
      if (group.suppressed && !had) onEvent?.('suppressed')
      return reason
    } catch (error) {
      if (!(error instanceof Outcome)) throw error
      const refused = error instanceof ConnectionRefusedError || error instanceof RefusedError
      if (!refused) group.ambiguous = true
      return error.message
    }
  }

  #client(readFrom: 'master' | 'replica'): RedisCluster {
    const { servers, timeout, onEvent } = this.#terms
    const onDetour = (what: 'redirect' | 'retry' | 'refresh'): void => {
      if (what !== 'retry') onEvent?.(what)
    }
    return new RedisCluster(this.#env, {
      nodes: servers,
      timeout,
      attempts: 1,
      backOff: 0,
      readFrom,
      onDetour,
    })
  }
}
