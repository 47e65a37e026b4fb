// A client of several Redis servers that are one: it knows which master has which slots, or which server is the only master,
// sends each command there, follows MOVED, and asks anew when a server is silent or says that it is not the one.
// Source: Redis Cluster specification, "Client connections and redirection handling"; redis.io, "Sentinel clients".
// What is tried again may be done twice: an attempt without an answer may have taken effect. Left out: ASK, a table for
// commands that touch keys of several slots.

import type { Nanos } from '../../units.ts'
import { all } from '../compose.ts'
import type { Address, Env } from '../env.ts'
import { Outcome } from '../outcome.ts'
import { Deferred } from '../sync.ts'
import type { Task } from '../task.ts'
import {
  isRedisError,
  type RedisCommand,
  type RedisReply,
  type RedisRequest,
  type RedisValue,
  redis,
} from './redis.ts'
import { SLOTS, slotOf } from './redis-slots.ts'

export interface RedisClusterTerms {
  /** Servers to begin with; the others are learnt from them. At least one. */
  readonly nodes: readonly Address[]
  /** Time limit of one attempt. */
  readonly timeout: Nanos
  /** Attempts, redirections included, before what there is goes to the caller. At least 1. */
  readonly attempts: number
  /** Pause before an attempt after one that came to nothing. */
  readonly backOff: Nanos
  /** Whom reading commands go to; a replica may be behind. Default: master. */
  readonly readFrom?: 'master' | 'replica'
  /** Is told of each redirection, each further attempt, each look at who is who. */
  onDetour?(what: 'redirect' | 'retry' | 'refresh'): void
}

/** A master and its replicas. */
interface Shard {
  master: Address
  replicas: readonly Address[]
}

const KEYLESS = new Set(
  'PING ROLE WAIT CLUSTER PUBLISH SUBSCRIBE PSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE DBSIZE KEYS FLUSHALL'.split(
    ' ',
  ),
)

/** Their keys come after what is called and how many keys there are. */
const COUNTED = new Set(['FCALL', 'EVAL', 'EVALSHA'])

const READS = new Set(
  `GET MGET EXISTS TTL PTTL TYPE HGET HMGET HGETALL HKEYS HVALS HEXISTS HLEN LLEN LINDEX LRANGE SISMEMBER SCARD SMEMBERS
  ZCARD ZCOUNT ZSCORE ZRANK ZREVRANK ZRANGE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE`.split(/\s+/),
)

/** A server says that it is not the one to ask, or not now. */
const ELSEWHERE = /^(MOVED|CLUSTERDOWN|READONLY|UNBLOCKED)\b/

export class RedisCluster {
  readonly #env: Env
  readonly #terms: RedisClusterTerms
  #shards: Shard[] = []
  /** The number of the shard by slot; undefined: all are in the only one. */
  #bySlot: Uint16Array | undefined
  /** Where the slots are cut, in words. */
  #cut = ''
  #known: readonly Address[]
  /** Resolves when a look at who is who is over. */
  #learning: Deferred<void> | undefined
  #turn = 0
  /** Was not the one to ask, and nobody has asked anew since. */
  #doubted: Address | undefined

  constructor(env: Env, terms: RedisClusterTerms) {
    this.#env = env
    this.#terms = terms
    this.#known = terms.nodes
  }

  /** Carries out a request: a pipeline's commands each where they belong, a transaction's where its first key does. */
  *call(request: RedisRequest): Task<RedisReply> {
    if (this.#shards.length === 0 || this.#doubted) yield* this.#learn(this.#doubted)
    const groups = this.#split(request)
    const values: RedisValue[] = []
    const tasks = groups.map((places) => this.#carryOut(request, places, values))
    if (tasks.length === 1) yield* tasks[0]!
    else yield* all(tasks)
    return { kind: 'redis.reply', values }
  }

  /** The places of the commands that go to the same shard. */
  #split({ commands, atomic }: RedisRequest): readonly (readonly number[])[] {
    const everything = commands.map((_, place) => place)
    if (atomic || commands.length <= 1 || this.#shards.length <= 1) return [everything]
    const groups = new Map<number, number[]>()
    let shard = 0
    for (const place of everything) {
      // WAIT is about what comes before it.
      if (place === 0 || commands[place]!.command.toUpperCase() !== 'WAIT')
        shard = this.#shardOf(commands[place]!)
      const group = groups.get(shard)
      if (group) group.push(place)
      else groups.set(shard, [place])
    }
    return [...groups.values()]
  }

  /** Carries out the commands at these places, which belong to one shard, and puts their values where theirs are. */
  *#carryOut(request: RedisRequest, places: readonly number[], values: RedisValue[]): Task<void> {
    const { timeout, attempts, backOff } = this.#terms
    let left = places
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= attempts
      const commands = left.map((place) => request.commands[place]!)
      const server = this.#serverOf(commands)
      try {
        const reply = yield* this.#env.call(server, this.#part(request, commands), timeout)
        for (const [i, place] of left.entries()) values[place] = reply.values[i]!
        const refused = left.filter((place) => isElsewhere(values[place]!))
        if (refused.length === 0) return
        const redirected = this.#redirected(values[refused[0]!]!)
        if (!redirected) this.#doubted = server
        if (last) return
        if (!request.atomic) left = refused
        if (redirected) continue
      } catch (error) {
        if (!(error instanceof Outcome)) throw error
        this.#doubted = server
        if (last) throw error
      }
      this.#terms.onDetour?.('retry')
      if (backOff > 0) yield* this.#env.sleep(backOff)
      yield* this.#learn(server)
    }
  }

  #part({ atomic }: RedisRequest, commands: readonly RedisCommand[]): RedisRequest {
    return {
      kind: 'redis',
      commands,
      ...(atomic ? { atomic } : {}),
      ...(this.#reads(commands) ? { readonly: true } : {}),
    }
  }

  #reads(commands: readonly RedisCommand[]): boolean {
    return (
      this.#terms.readFrom === 'replica' && commands.every(({ command }) => READS.has(command.toUpperCase()))
    )
  }

  /** Whom to ask for commands of one shard. */
  #serverOf(commands: readonly RedisCommand[]): Address {
    const shard = this.#shards[commands.length === 0 ? 0 : this.#shardOf(commands[0]!)]!
    const { master, replicas } = shard
    if (replicas.length === 0 || !this.#reads(commands)) return master
    return replicas[this.#turn++ % replicas.length]!
  }

  /** Commands without a key go to one or another. */
  #shardOf({ command, args }: RedisCommand): number {
    if (this.#shards.length === 1) return 0
    const name = command.toUpperCase()
    const key = args[COUNTED.has(name) ? 2 : 0]
    if (key === undefined || KEYLESS.has(name)) return this.#env.random('redis').integer(this.#shards.length)
    return this.#bySlot![slotOf(String(key))]!
  }

  /** Whether it was told who has the slot instead. */
  #redirected(value: RedisValue): boolean {
    const moved = isRedisError(value) ? /^MOVED (\d+) (\S+)$/.exec(value.error) : null
    if (!moved || !this.#bySlot) return false
    this.#terms.onDetour?.('redirect')
    const shard = this.#shards[this.#bySlot[Number(moved[1])]!]!
    const master = { name: moved[2]! }
    shard.replicas = [...shard.replicas, shard.master].filter(({ name }) => name !== master.name)
    shard.master = master
    return true
  }

  /** Asks who is who, of one server after the other, first of those that are not `silent`; others wait for what comes of it. */
  *#learn(silent: Address | undefined): Task<void> {
    if (this.#learning) {
      yield* this.#learning.wait()
      return
    }
    const learning = new Deferred<void>()
    this.#learning = learning
    this.#doubted = undefined
    try {
      yield* this.#ask(silent)
    } finally {
      this.#learning = undefined
      learning.resolve()
    }
  }

  *#ask(silent: Address | undefined): Task<void> {
    const isSilent = ({ name }: Address): boolean => name === silent?.name
    const others = this.#known.filter((node) => !isSilent(node))
    const first = this.#env.random('redis').integer(Math.max(1, others.length))
    const order = [...others.slice(first), ...others.slice(0, first), ...this.#known.filter(isSilent)]
    let failed: unknown
    this.#terms.onDetour?.('refresh')
    for (const node of order) {
      try {
        const request = { kind: 'redis', commands: [...redis('CLUSTER', 'SLOTS').commands, ROLE] } as const
        const { values } = yield* this.#env.call<RedisReply>(node, request, this.#terms.timeout)
        if (this.#understood(node, values, silent)) return
      } catch (error) {
        if (!(error instanceof Outcome)) throw error
        failed = error
      }
    }
    if (this.#shards.length === 0) throw failed ?? new Outcome('no Redis server says who is master')
  }

  /** Takes in what a server says; false if that does not help. */
  #understood(node: Address, [slots, role]: readonly RedisValue[], silent: Address | undefined): boolean {
    if (Array.isArray(slots)) {
      this.#cluster(slots as readonly Stretch[])
      return true
    }
    const [what, name] = role as readonly RedisValue[]
    const master = what === 'master' ? node.name : String(name)
    // One that follows the silent one knows no better yet.
    if (what !== 'master' && master === silent?.name) return false
    const replicas = this.#known.filter((other) => other.name !== master)
    this.#shards = [{ master: { name: master }, replicas }]
    return true
  }

  #cluster(stretches: readonly Stretch[]): void {
    const cut = stretches.map(([first]) => first).join()
    if (cut !== this.#cut) {
      const bySlot = new Uint16Array(SLOTS)
      for (const [shard, [first, last]] of stretches.entries()) bySlot.fill(shard, first, last + 1)
      this.#bySlot = bySlot
      this.#cut = cut
    }
    this.#shards = stretches.map(([, , [master], ...replicas]) => ({
      master: { name: master },
      replicas: replicas.map(([name]) => ({ name })),
    }))
    this.#known = this.#shards.flatMap(({ master, replicas }) => [master, ...replicas])
  }
}

/** One entry of CLUSTER SLOTS. */
type Stretch = readonly [
  first: number,
  last: number,
  master: readonly [string],
  ...replicas: (readonly [string])[],
]

const ROLE: RedisCommand = { command: 'ROLE', args: [] }

const isElsewhere = (value: RedisValue): boolean => isRedisError(value) && ELSEWHERE.test(value.error)
