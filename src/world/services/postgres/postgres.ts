// A PostgreSQL server: a backend process for each connection, so that transactions run on several cores at once; rows with
// real values; row locks held to the end and a search for deadlocks; a write-ahead log whose flushes commits share; a cache of
// pages; the replay of WAL after a crash. Sources: postgresql.conf and chapters "Explicit Locking" and "Write-Ahead Logging" of
// the manual, src/backend/access/transam/xlog.c for who flushes and who waits.
// Left out: replication, vacuum and dead rows, serializable isolation (this is read committed), foreign keys, indexes beside the
// key's, contention for the locks within the server, parallel queries, the writing of pages and the room they take on the disk.

import { RefusedError } from '../../../env/index.ts'
import { ScenarioError } from '../../../errors.ts'
import { format, type Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { Connections } from './connections.ts'
import { LockTable } from './locks.ts'
import { Pages } from './pages.ts'
import { metrics, type PostgresValues, parameters } from './parameters.ts'
import { type Database, type Ending, Transaction } from './transaction.ts'
import { type Cluster, type Rows, Wal } from './wal.ts'

export const postgres = defineService({
  name: 'postgres',
  meaning: 'a PostgreSQL server: a process a connection, row locks, group commit, recovery',
  parameters,
  metrics,
  faults: {
    hang: 'every backend stands still where it is; connections stay open',
    'disk-full': 'nothing more can be written: transactions that write are rolled back',
  },
  create: (context, values) => new Postgres(context, values),
})

const DATA = 'data'

class Postgres implements Service, Database {
  readonly rows: Rows
  readonly locks = new LockTable()
  readonly pages: Pages
  readonly wal: Wal
  readonly #cluster: Cluster
  readonly #connections: Connections
  /** Found on the disk by a server that did not stop in order, as none does here. */
  readonly #found: boolean
  #ready = false
  #transactions = 0
  #hangs = 0
  #full = 0
  readonly #held: (() => void)[] = []
  readonly #latency
  readonly #commits
  readonly #rollbacks
  readonly #deadlocks
  readonly #lockWait
  readonly #recovery

  constructor(
    readonly context: ServiceContext,
    readonly values: PostgresValues,
  ) {
    check(context, values)
    const found = context.disk.get(DATA) as Cluster | undefined
    this.#found = found !== undefined
    this.#cluster = found ?? { rows: new Map(), position: 0, redo: 0 }
    context.disk.set(DATA, this.#cluster)
    this.rows = new Map(this.#cluster.rows)
    this.pages = new Pages(context, values)
    const others = () => this.#transactions - this.locks.waiting - 1
    this.wal = new Wal(context, this.#cluster, values, others)
    this.#connections = new Connections(context, values)
    this.#latency = context.recording('latency')
    this.#commits = context.counter('commits')
    this.#rollbacks = context.counter('rollbacks')
    this.#deadlocks = context.counter('deadlocks')
    this.#lockWait = context.recording('lock-wait')
    this.#recovery = context.recording('recovery')
  }

  begin(): void {
    const { startTime, replayRate, sharedBuffers } = this.values
    if (!this.context.allocate(sharedBuffers)) {
      // "could not map anonymous shared memory": the server does not start.
      this.context.process.kill()
      return
    }
    const { position, redo } = this.#cluster
    if (!this.#found) this.#open()
    else {
      const time = startTime + Math.round(((position - redo) / replayRate) * 1e9)
      this.context.later(time, () => {
        this.#recovery.record(this.context.now(), time)
        this.#open()
      })
    }
  }

  cost(): Nanos {
    return this.values.pool?.cost ?? 0
  }

  handle(request: Envelope): void {
    if (request.message.kind !== 'sql')
      request.refuse(new RefusedError(404, `${this.context.name} answers no ${request.message.kind}`))
    else this.proceed(() => this.#take(request))
  }

  abandon(request: Envelope): void {
    this.#connections.abandon(request)
  }

  crash(): void {
    if (this.#ready) this.wal.crash()
    this.#connections.crash()
  }

  fault(name: string): () => void {
    if (name === 'disk-full') {
      this.#full++
      return () => void this.#full--
    }
    this.#hangs++
    return () => {
      if (--this.#hangs > 0) return
      for (const then of this.#held.splice(0)) this.proceed(then)
    }
  }

  get diskFull(): boolean {
    return this.#full > 0 || this.context.host.disk.free === 0
  }

  proceed(then: () => void): void {
    if (this.#hangs > 0) this.#held.push(then)
    else then()
  }

  waited(time: Nanos): void {
    this.#lockWait.record(this.context.now(), time)
  }

  ended(request: Envelope, ending: Ending): void {
    const now = this.context.now()
    this.#transactions--
    if (ending === 'committed') {
      this.#commits.add(now)
      if (!request.abandoned) this.#latency.record(now, now - request.arrivedAt)
    } else this.#rollbacks.add(now)
    if (ending === 'deadlock') this.#deadlocks.add(now)
    this.#connections.release(request)
  }

  #open(): void {
    this.wal.open()
    this.#ready = true
  }

  #take(request: Envelope): void {
    if (request.abandoned) return
    if (!this.#ready) {
      this.#connections.refuse(request, 'the database system is starting up')
      return
    }
    this.#connections.acquire(request, () => {
      this.#transactions++
      new Transaction(this, request).advance()
    })
  }
}

/** What would keep it from starting at all. */
function check({ host }: ServiceContext, { pool, maxConnections, sharedBuffers }: PostgresValues): void {
  if (sharedBuffers > host.values.memory)
    throw new ScenarioError(
      `invalid shared-buffers: ${format(sharedBuffers, 'bytes')}; expected at most the memory of ${host.name}, ${format(host.values.memory, 'bytes')}`,
    )
  if (pool && pool.size > maxConnections)
    throw new ScenarioError(
      `invalid size of the pool: ${pool.size}; expected at most max-connections, which is ${maxConnections}`,
    )
}
