// The history of key-value stores as their callers see it: every GET, SET and DEL that is asked of a Redis server, stated as
// facts for the checkers of such histories. What writes a key otherwise (INCR, EXPIRE, HSET …) makes it one that cannot be
// followed. A call that ends without an answer, or whose caller ends, may have had its effect or may have it still.

import {
  type Fact,
  isRedisError,
  type Message,
  type RedisCommand,
  type RedisReply,
  type RedisRequest,
  type RedisValue,
  RefusedError,
} from '../env/index.ts'
import { storeName } from '../observe/checkers/operations.ts'
import type { Reference } from '../parameters.ts'
import type { Call } from '../world/call.ts'
import { instancesNamed } from '../world/instances.ts'
import type { Process } from '../world/process.ts'
import type { CallListener, World } from '../world/world.ts'

/** A command that was asked for, as one operation or several; see `operationsOf`. */
interface Asked {
  readonly store: string
  readonly operation: number
  /** The place of its command in the request, and so of its value in the reply. */
  readonly command: number
  readonly read: boolean
}

/** What a command does to one key; without a value: nobody can tell. */
interface Effect {
  readonly op: 'read' | 'write'
  readonly key: string
  readonly value?: string | null
}

type Outcome = Extract<Fact, { fact: 'returned' }>['outcome']

export class RedisHistory implements CallListener {
  readonly #world: World
  /** The stores that a process is part of; those of one that is asked for the first time are found then. */
  readonly #stores = new Map<Process, readonly string[]>()
  readonly #asked = new WeakMap<Call<unknown>, readonly Asked[]>()
  #operations = 0

  /** @param stores those that several processes make up; `undefined`: each process is one */
  constructor(world: World, stores: readonly (Reference | undefined)[]) {
    this.#world = world
    for (const store of stores)
      for (const process of store ? membersOf(world, store) : world.processes.values()) {
        const name = store ? storeName(store) : process.name
        const known = this.#stores.get(process) ?? []
        if (!known.includes(name)) this.#stores.set(process, [...known, name])
      }
  }

  asked(call: Call<unknown>): void {
    if (call.message.kind !== 'redis') return
    const stores = this.#stores.get(call.to)
    if (!stores) return
    const { commands = [] } = call.message as Partial<RedisRequest>
    const asked: Asked[] = []
    for (const [command, each] of commands.entries())
      for (const effect of effectsOf(each))
        for (const store of stores) {
          const operation = ++this.#operations
          this.#world.said(call.from, { fact: 'invoked', store, operation, ...effect })
          asked.push({ store, operation, command, read: effect.op === 'read' })
        }
    if (asked.length > 0) this.#asked.set(call, asked)
  }

  answered(call: Call<unknown>, reply: Message): void {
    const asked = this.#take(call)
    if (!asked) return
    const { values } = reply as RedisReply
    const whole = reply.kind === 'redis.reply'
    for (const { store, operation, command, read } of asked) {
      const value = whole ? values[command] : undefined
      const outcome = value === undefined ? 'unknown' : isRedisError(value) ? 'failed' : 'ok'
      this.#end(call, store, operation, outcome, read && outcome === 'ok' ? textOf(value!) : undefined)
    }
  }

  failed(call: Call<unknown>, error: unknown): void {
    const asked = this.#take(call)
    if (!asked) return
    const outcome = isDefinite(error) ? 'failed' : 'unknown'
    for (const { store, operation } of asked) this.#end(call, store, operation, outcome, undefined)
  }

  #take(call: Call<unknown>): readonly Asked[] | undefined {
    const asked = this.#asked.get(call)
    this.#asked.delete(call)
    return asked
  }

  #end(
    call: Call<unknown>,
    store: string,
    operation: number,
    outcome: Outcome,
    value: string | null | undefined,
  ): void {
    const told = value === undefined ? {} : { value }
    this.#world.said(call.from, { fact: 'returned', store, operation, outcome, ...told })
  }
}

const membersOf = (world: World, store: Reference): readonly Process[] =>
  store.flatMap(({ name }) => {
    const processes = instancesNamed(world.processes, name)
    if (processes.length > 0) return processes
    return instancesNamed(world.hosts, name).flatMap((host) => host.processes)
  })

/** A refusal says that nothing was done, unless it comes from between (a proxy whose server did not answer). */
const isDefinite = (error: unknown): boolean =>
  error instanceof RefusedError && error.status !== 500 && error.status !== 502 && error.status !== 504

const textOf = (value: RedisValue): string | null => (value === null ? null : String(value))

/** They change nothing. */
const READ_ONLY = new Set(
  'PING ECHO DBSIZE INFO ROLE TYPE EXISTS TTL PTTL MGET STRLEN GETRANGE KEYS SCAN WAIT READONLY READWRITE ASKING AUTH HELLO SELECT SUBSCRIBE PUBLISH'.split(
    ' ',
  ),
)
/** They work on all keys. */
const EVERYWHERE = new Set(['FLUSHALL', 'FLUSHDB', 'SWAPDB', 'EVAL', 'EVALSHA'])
/** They name several keys. */
const MANY_KEYS = new Set(['UNLINK', 'RENAME', 'RENAMENX', 'COPY', 'MSETNX'])

function effectsOf({ command, args }: RedisCommand): readonly Effect[] {
  const name = command.toUpperCase()
  const words = args.map(String)
  const [key = '', value = ''] = words
  if (name === 'GET') return [{ op: 'read', key }]
  if (name === 'SET' && words.length === 2) return [{ op: 'write', key, value }]
  if (name === 'DEL') return words.map((each) => ({ op: 'write', key: each, value: null }))
  if (READ_ONLY.has(name)) return []
  if (EVERYWHERE.has(name)) return [{ op: 'write', key: '' }]
  if (MANY_KEYS.has(name)) return words.map((each) => ({ op: 'write', key: each }))
  if (name === 'FCALL') return words.slice(2, 2 + Number(value)).map((each) => ({ op: 'write', key: each }))
  return words.length === 0 ? [] : [{ op: 'write', key }]
}
