// A server's data: the keys and values, their append-only file, and the memory they take of the host.

import type { RedisValue } from '../../../env/index.ts'
import type { Level } from '../../../observe/level.ts'
import { type Nanos, seconds } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import type { Written } from './backlog.ts'
import type { Invocation } from './commands/registry.ts'
import { Journal } from './journal.ts'
import { ELEMENT_BYTES, KEY_BYTES, Keyspace } from './keyspace.ts'
import type { RedisValues } from './parameters.ts'

const WRITE_PERIOD = { no: seconds(30), everysec: seconds(1), always: Number.POSITIVE_INFINITY } as const
const APPEND_ONLY_FILE = 'appendonly.aof'
const NO_SPACE: RedisValue = { error: 'MISCONF Errors writing to the AOF file: No space left on device' }
const OUT_OF_MEMORY: RedisValue = { error: "OOM command not allowed when used memory > 'maxmemory'." }

export class Store {
  db: Keyspace
  readonly #context: ServiceContext
  readonly #values: RedisValues
  readonly #memory: Level
  #journal: Journal | undefined
  /** Bytes counted on the host. */
  #counted = 0

  constructor(context: ServiceContext, values: RedisValues) {
    this.#context = context
    this.#values = values
    this.#memory = context.level('memory', 'bytes', 'lower', 'memory that the keys and values take of')
    this.#memory.set(context.now(), 0)
    const durable = (context.disk.get(APPEND_ONLY_FILE) as Keyspace | undefined) ?? new Keyspace()
    this.db = durable.copy()
    this.#keep(durable)
  }

  /** Writes that have not reached the disk; Infinity: none ever does. */
  get unsaved(): number {
    return this.#journal?.pending ?? Number.POSITIVE_INFINITY
  }

  /** Carries out a command for a client. */
  run(invocation: Invocation, now: Nanos): RedisValue {
    if (invocation.grows && !this.#hasRoom(invocation)) return OUT_OF_MEMORY
    if (invocation.writes && this.#journal && this.#context.host.disk.free === 0) return NO_SPACE
    return invocation.run(this.db, now)
  }

  /** A command has changed something. */
  log(invocation: Invocation, now: Nanos): void {
    this.#journal?.append(invocation, now)
  }

  /** Carries out what a master has written. */
  apply({ invocation, at }: Written): void {
    invocation.run(this.db, at)
    this.log(invocation, at)
  }

  /** Everything is this now. */
  adopt(data: Keyspace): void {
    this.db = data.copy()
    this.#keep(data.copy())
  }

  /** All that was logged is on the disk. */
  sync(): void {
    this.#journal?.sync()
  }

  crash(now: Nanos): void {
    this.#journal?.writeBack(now)
  }

  /** Counts the memory that is taken. */
  count(): void {
    if (this.db.bytes === this.#counted) return
    const now = this.#context.now()
    const more = this.db.bytes - this.#counted
    if (more < 0) this.#context.release(-more)
    else if (!this.#context.allocate(more)) return
    this.#counted = this.db.bytes
    this.#memory.set(now, this.#counted)
  }

  #keep(durable: Keyspace): void {
    const { appendfsync } = this.#values
    if (appendfsync === 'none') return
    this.#context.disk.set(APPEND_ONLY_FILE, durable)
    this.#journal = new Journal(durable, WRITE_PERIOD[appendfsync])
  }

  /** Redis looks at what is used before a command; the host must have what the command can take at most. */
  #hasRoom({ args }: Invocation): boolean {
    const { maxmemory } = this.#values
    if (maxmemory > 0 && this.db.bytes > maxmemory) return false
    let most = KEY_BYTES
    for (const arg of args) most += KEY_BYTES + ELEMENT_BYTES + arg.length
    return this.db.bytes - this.#counted + most <= this.#context.host.memory.free
  }
}
