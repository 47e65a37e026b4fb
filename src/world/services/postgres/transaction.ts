// A transaction on its way through its statements, in the backend of its connection. Each statement has its core time, then its
// page, then its lock; only then does it take effect. Others see what it writes once it has committed, which is when its WAL is
// on the disk, and its locks are held until then. BEGIN and COMMIT are messages of their own where there are several statements.
// A backend whose client is gone finds out at its next message, and rolls back; a statement alone is carried out and committed.

import {
  NETWORK,
  QUEUE,
  RefusedError,
  SERVICE,
  type SqlReply,
  type SqlRequest,
  type SqlStatement,
  type SqlValue,
} from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { ServiceContext } from '../../service.ts'
import { LockOwner, type LockTable } from './locks.ts'
import type { Pages } from './pages.ts'
import type { PostgresValues } from './parameters.ts'
import type { Rows, Wal } from './wal.ts'

/** WAL of a commit record. */
const COMMIT_BYTES = 34

/** How a transaction ended. */
export type Ending = 'committed' | 'rolled back' | 'deadlock'

/** What a transaction finds at its server. */
export interface Database {
  readonly context: ServiceContext
  readonly values: PostgresValues
  readonly locks: LockTable
  readonly pages: Pages
  readonly wal: Wal
  /** What has been committed. */
  readonly rows: Rows
  readonly diskFull: boolean
  /** Goes on now, or when the server does not hang any more. */
  proceed(then: () => void): void
  waited(time: Nanos): void
  ended(request: Envelope, ending: Ending): void
}

export class Transaction extends LockOwner {
  readonly #request: Envelope
  readonly #database: Database
  readonly #statements: readonly SqlStatement[]
  readonly #pause: Nanos
  readonly #results: SqlValue[] = []
  readonly #writes: Rows = new Map()
  #walBytes = COMMIT_BYTES
  /** The statement under way. */
  #at = 0
  #waitsSince: Nanos = 0
  #stopLooking: () => void = () => {}

  constructor(database: Database, request: Envelope) {
    super()
    const { statements, pause = 0 } = request.message as SqlRequest
    this.#request = request
    this.#database = database
    this.#statements = statements
    this.#pause = pause
  }

  /** Goes to its next statement, or its end. */
  advance(): void {
    const statement = this.#statements[this.#at]
    if (this.#several) this.#message(() => (statement ? this.#run(statement) : this.#end()))
    else if (statement) this.#run(statement)
    else this.#commit()
  }

  granted(): void {
    const { context } = this.#database
    this.#stopLooking()
    this.#request.book(QUEUE)
    this.#database.waited(context.now() - this.#waitsSince)
    this.#database.proceed(() => this.#execute())
  }

  get #several(): boolean {
    return this.#statements.length > 1
  }

  /** The client's next message comes. */
  #message(then: () => void): void {
    const arrived = () => {
      if (this.#request.abandoned) this.#rollBack('rolled back')
      else then()
    }
    if (this.#pause === 0) {
      arrived()
      return
    }
    this.#database.context.later(this.#pause, () => {
      this.#request.book(NETWORK)
      this.#database.proceed(arrived)
    })
  }

  #run(statement: SqlStatement): void {
    const { statementCost, readCost, writeCost, rowCost } = this.#database.values
    const messages = this.#several && this.#at === 0 ? 2 : 1
    const own =
      statement.op === 'scan'
        ? Math.round(statement.rows * rowCost)
        : statement.op === 'read'
          ? readCost
          : writeCost
    this.#compute(messages * statementCost + own, () => this.#fetch(statement))
  }

  #compute(cost: Nanos, then: () => void): void {
    const { context } = this.#database
    context.work(cost, () => {
      this.#request.paid(Math.round(cost / context.host.cpu.speed))
      this.#database.proceed(then)
    })
  }

  #fetch(statement: SqlStatement): void {
    const { pages } = this.#database
    const read = () => {
      this.#request.book(SERVICE)
      this.#database.proceed(() => this.#lock(statement))
    }
    const misses = statement.op === 'scan' ? pages.missesSome(statement.rows, read) : pages.missesOne(read)
    if (!misses) this.#lock(statement)
  }

  #lock(statement: SqlStatement): void {
    const { context, locks, values, diskFull } = this.#database
    if (diskFull && (statement.op === 'write' || statement.op === 'add')) {
      this.#rollBack('rolled back', new RefusedError(507, 'could not extend file: No space left on device'))
      return
    }
    if (statement.op === 'scan' || (statement.op === 'read' && !statement.lock)) this.#execute()
    else if (locks.take(this, statement.key)) this.#execute()
    else {
      this.#waitsSince = context.now()
      this.#stopLooking = context.later(values.deadlockTimeout, () => this.#look())
    }
  }

  /** It has waited for so long that there may be a deadlock. */
  #look(): void {
    this.#database.proceed(() => {
      if (this.#database.locks.deadlocked(this))
        this.#rollBack('deadlock', new RefusedError(409, 'deadlock detected'))
    })
  }

  #execute(): void {
    this.#results.push(this.#resultOf(this.#statements[this.#at++]!))
    this.advance()
  }

  #resultOf(statement: SqlStatement): SqlValue {
    switch (statement.op) {
      case 'read':
        return this.#valueOf(statement.key)
      case 'write':
        this.#set(statement.key, statement.value)
        return 1
      case 'add': {
        const before = this.#valueOf(statement.key)
        const sum = (typeof before === 'number' ? before : 0) + statement.by
        this.#set(statement.key, sum)
        return sum
      }
      case 'scan':
        return statement.rows
    }
  }

  #valueOf(key: string): SqlValue {
    const rows = this.#writes.has(key) ? this.#writes : this.#database.rows
    return rows.get(key) ?? null
  }

  #set(key: string, value: SqlValue): void {
    this.#writes.set(key, value)
    this.#walBytes += this.#database.values.walBytes + (typeof value === 'string' ? value.length : 8)
  }

  /** COMMIT has come. */
  #end(): void {
    this.#compute(this.#database.values.statementCost, () => this.#commit())
  }

  #commit(): void {
    const { values, wal } = this.#database
    if (this.#writes.size === 0) this.#committed()
    else if (values.synchronousCommit === 'on')
      wal.commit(this.#writes, this.#walBytes, () => this.#database.proceed(() => this.#committed()))
    else {
      wal.commit(this.#writes, this.#walBytes)
      this.#committed()
    }
  }

  #committed(): void {
    const { rows, locks } = this.#database
    for (const [key, value] of this.#writes) rows.set(key, value)
    const reply: SqlReply = { kind: 'sql.reply', results: this.#results }
    this.#request.reply(reply)
    this.#database.ended(this.#request, 'committed')
    locks.end(this)
  }

  #rollBack(ending: Ending, why?: RefusedError): void {
    if (why) this.#request.refuse(why)
    this.#database.ended(this.#request, ending)
    this.#database.locks.end(this)
  }
}
