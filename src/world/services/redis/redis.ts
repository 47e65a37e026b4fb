// A Redis server: one thread, a cost a message and a cost a command, real values, an append-only file.
// Costs follow from the two figures of its own benchmark (redis.io, "Redis benchmark"): SET 180,000/s one by one, and
// 1.5 million/s in pipelines of 16. A message of k commands takes m + k·c of the thread:
//   m + c = 1 s / 180,000 = 5,556 ns;  m + 16 c = 16 s / 1,500,000 = 10,667 ns;  so c = 5,111 / 15 = 341 ns, m = 5,215 ns.
// The published median of 0.143 ms at 180,000/s is 26 requests under way (Little), half of the benchmark's 50 connections.
// With appendfsync always the thread carries out all that has come, syncs once, and only then answers.
// Left out: I/O threads, snapshots, rewriting and loading the file, active expiry, eviction, replicas, cluster slots.

import {
  Account,
  COMPUTE,
  QUEUE,
  type RedisReply,
  type RedisRequest,
  type RedisValue,
  RefusedError,
} from '../../../env/index.ts'
import { createDistribution, type Distribution } from '../../../kernel/distributions/registry.ts'
import { bytes, choice, distribution, duration, type Values } from '../../../parameters.ts'
import { ms, type Nanos, seconds } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { Compute } from '../../process.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { Invocation } from './commands/registry.ts'
import { Journal } from './journal.ts'
import { ELEMENT_BYTES, KEY_BYTES, Keyspace } from './keyspace.ts'

const parameters = {
  messageCost: duration({
    meaning: 'time of the thread for reading a message and writing its reply',
    default: 5215,
    source: '[D] from SET 180k/s and pipelines of 16 at 1.5 M/s',
  }),
  commandCost: duration({
    meaning: 'time of the thread for a command, or for each key of one that takes several',
    default: 341,
    source: '[D] from SET 180k/s and pipelines of 16 at 1.5 M/s',
  }),
  elementCost: duration({
    meaning: 'time of the thread for each element that a command in O(n) touches',
    default: 127,
    source:
      '[D] redis-benchmark: LRANGE_100 47.6k/s, LRANGE_600 9.07k/s, SET 128k/s: 89.3 µs / 500, times 128 / 180 to the faster host',
  }),
  appendfsync: choice(['none', 'no', 'everysec', 'always'], {
    meaning:
      'what a crash loses: everything (no append-only file), what the kernel has not written in its 30 s, what was written since the last full second, or nothing that was answered',
    default: 'none',
    source: 'redis.conf: appendonly no',
  }),
  fsync: distribution('ns', {
    meaning: 'time of an fsync, which holds the thread under appendfsync always',
    default: { kind: 'constant', value: ms(1) },
    source: '[G] 0.05 ms on a disk with protected cache to 10 ms on a spinning one',
  }),
  maxmemory: bytes({
    meaning:
      'memory for keys and values; commands that may take more are then refused (noeviction). 0: no limit',
    default: 0,
    source: 'redis.conf',
  }),
} as const

const metrics = {
  latency: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time from the arrival of a message to its reply, waiting for the thread included',
  },
  commands: { observed: 'count', unit: 'count', better: 'neither', meaning: 'commands carried out' },
  errors: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'commands that failed',
  },
} as const

export const redis = defineService({
  name: 'redis',
  meaning: 'a Redis server: one thread, real values, pipelines, an append-only file',
  parameters,
  metrics,
  create: (context, values) => new Redis(context, values),
})

const WRITE_PERIOD = { no: seconds(30), everysec: seconds(1), always: Number.POSITIVE_INFINITY } as const
const APPEND_ONLY_FILE = 'appendonly.aof'
const OUT_OF_MEMORY: RedisValue = { error: "OOM command not allowed when used memory > 'maxmemory'." }

/** A message read, and what is known of it before it is carried out. */
interface Read {
  readonly request: Envelope
  readonly invocations: readonly Invocation[]
  readonly readAt: Nanos
}

/** A message carried out, whose reply waits for the disk. */
type Unsynced = readonly [request: Envelope, values: readonly RedisValue[]]

class Redis implements Service {
  readonly #context: ServiceContext
  readonly #values: Values<typeof parameters>
  readonly #fsync: Distribution
  readonly #db: Keyspace
  readonly #journal: Journal | undefined
  readonly #memory
  readonly #latency
  readonly #commands
  readonly #errors
  /** Bytes counted on the host. */
  #counted = 0
  #read: Read | undefined
  /** Came while the thread is held by an fsync. */
  #held: Read[] = []
  #syncing = false

  constructor(context: ServiceContext, values: Values<typeof parameters>) {
    this.#context = context
    this.#values = values
    this.#fsync = createDistribution(values.fsync)
    this.#latency = context.recording('latency')
    this.#commands = context.counter('commands')
    this.#errors = context.counter('errors')
    this.#memory = context.level('memory', 'bytes', 'lower', 'memory that the keys and values take of')
    this.#memory.set(context.now(), 0)
    const durable = (context.disk.get(APPEND_ONLY_FILE) as Keyspace | undefined) ?? new Keyspace()
    context.disk.set(APPEND_ONLY_FILE, durable)
    this.#db = durable.copy()
    if (values.appendfsync !== 'none') this.#journal = new Journal(durable, WRITE_PERIOD[values.appendfsync])
  }

  cost(request: Envelope): Nanos {
    this.#read = this.#reading(request)
    return this.#syncing ? 0 : this.#costOf(this.#read)
  }

  handle(request: Envelope): void {
    const read = this.#read?.request === request ? this.#read : this.#reading(request)
    this.#read = undefined
    if (request.message.kind !== 'redis')
      request.refuse(new RefusedError(404, `${this.#context.name} answers no ${request.message.kind}`))
    else if (this.#syncing) this.#held.push(read)
    else this.#carryOut([read])
  }

  crash(): void {
    this.#journal?.crash(this.#context.now())
  }

  #reading(request: Envelope): Read {
    const { commands = [] } = request.message as Partial<RedisRequest>
    const invocations = commands.map((command) => new Invocation(command))
    return { request, invocations, readAt: this.#context.now() }
  }

  #costOf({ invocations }: Read): Nanos {
    const { messageCost, commandCost, elementCost } = this.#values
    let cost = messageCost
    for (const invocation of invocations) {
      const { commands, elements } = invocation.weight(this.#db, this.#context.now())
      cost += commands * commandCost + elements * elementCost
    }
    return Math.round(cost)
  }

  #carryOut(batch: readonly Read[]): void {
    let written = false
    const replies: Unsynced[] = []
    for (const { request, invocations } of batch) {
      replies.push([request, invocations.map((invocation) => this.#run(invocation))])
      written ||= invocations.some(({ writes }) => writes)
    }
    if (this.#db.bytes !== this.#counted) this.#countMemory()
    if (written && this.#values.appendfsync === 'always') this.#sync(replies)
    else for (const [request, values] of replies) this.#reply(request, values)
  }

  #run(invocation: Invocation): RedisValue {
    const now = this.#context.now()
    this.#commands.add(now)
    const value =
      invocation.grows && !this.#hasRoom(invocation) ? OUT_OF_MEMORY : invocation.run(this.#db, now)
    if (typeof value === 'object' && value !== null && 'error' in value) this.#errors.add(now)
    else if (invocation.writes) this.#journal?.append(invocation, now)
    return value
  }

  /** Redis looks at what is used before a command; the host must have what the command can take at most. */
  #hasRoom({ args }: Invocation): boolean {
    const { maxmemory } = this.#values
    if (maxmemory > 0 && this.#db.bytes > maxmemory) return false
    let most = KEY_BYTES
    for (const arg of args) most += KEY_BYTES + ELEMENT_BYTES + arg.length
    return this.#db.bytes - this.#counted + most <= this.#context.process.memory.free
  }

  #countMemory(): void {
    const now = this.#context.now()
    const more = this.#db.bytes - this.#counted
    if (more < 0) this.#context.release(-more)
    else if (!this.#context.allocate(more)) return
    this.#counted = this.#db.bytes
    this.#memory.set(now, this.#counted)
  }

  #reply(request: Envelope, values: readonly RedisValue[]): void {
    const reply: RedisReply = { kind: 'redis.reply', values }
    const now = this.#context.now()
    if (!request.abandoned) this.#latency.record(now, now - request.arrivedAt)
    request.reply(reply)
  }

  /** The thread is held until the disk has what was written; then all that came meanwhile is carried out together. */
  #sync(replies: readonly Unsynced[]): void {
    this.#syncing = true
    this.#context.later(Math.round(this.#fsync.sample(this.#context.random('fsync'))), () => {
      this.#syncing = false
      this.#journal!.sync()
      for (const [request, values] of replies) this.#reply(request, values)
      this.#release()
    })
  }

  #release(): void {
    const batch = this.#held.filter(({ request }) => !request.abandoned)
    this.#held = []
    if (batch.length === 0) return
    const costs = batch.map((read) => this.#costOf(read))
    const { process } = this.#context
    new Compute(
      process,
      costs.reduce((sum, cost) => sum + cost, 0),
    ).start({
      scope: process,
      account: undefined,
      resume: () => {
        for (const [i, { request, readAt }] of batch.entries()) {
          const account = new Account()
          const elapsed = this.#context.now() - readAt
          const computing = Math.min(elapsed, Math.round(costs[i]! / process.host.cpu.speed))
          account.add(COMPUTE, computing)
          account.add(QUEUE, elapsed - computing)
          request.bookAll(account)
        }
        this.#carryOut(batch)
      },
      fail() {},
    })
  }
}
