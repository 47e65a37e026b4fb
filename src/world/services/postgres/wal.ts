// The write-ahead log: commits in their order, how far they have reached the disk, and the rows there. One flush at a time;
// whoever commits while one is under way waits for the next, which takes all of them: with n clients that do nothing but
// commit, and flushes of F, two groups take turns and n / 2F commit a second. A commit_delay that brings the groups
// together gives n / (F + delay). A crash loses what no flush has taken.

import { Fifo, type SqlValue } from '../../../env/index.ts'
import type { ServiceContext } from '../../service.ts'
import { Checkpoints } from './checkpoints.ts'
import type { PostgresValues } from './parameters.ts'

export type Rows = Map<string, SqlValue>

/** What is on the disk. */
export interface Cluster {
  readonly rows: Rows
  /** Bytes of WAL written in all, and from where on a replay must begin. */
  position: number
  redo: number
}

/** A commit that is not on the disk yet. */
interface Pending {
  /** Where its record ends. */
  readonly end: number
  readonly rows: Rows
  /** Nobody, where the commit was answered before. */
  readonly then: (() => void) | undefined
}

export class Wal {
  readonly #context: ServiceContext
  readonly #cluster: Cluster
  readonly #values: PostgresValues
  readonly #others: () => number
  #checkpoints: Checkpoints
  readonly #pending = new Fifo<Pending>()
  readonly #flushes
  readonly #group
  readonly #bytes
  #position: number
  #flushing = false
  /** How many wait for the next flush. */
  #waiting = 0
  #writerDue = false

  /** @param others transactions under way that wait for no lock, besides the one that asks */
  constructor(context: ServiceContext, cluster: Cluster, values: PostgresValues, others: () => number) {
    this.#context = context
    this.#cluster = cluster
    this.#values = values
    this.#others = others
    this.#position = cluster.position
    this.#checkpoints = this.#checkpointed()
    this.#flushes = context.counter('flushes')
    this.#group = context.recording('group')
    this.#bytes = context.counter('wal')
  }

  /** The server takes connections: all WAL there was has been replayed, and a checkpoint made of it. */
  open(): void {
    this.#checkpoints = this.#checkpointed()
    this.#cluster.redo = this.#cluster.position
  }

  #checkpointed(): Checkpoints {
    return new Checkpoints(this.#values, this.#context.now(), this.#cluster.position)
  }

  /** Writes a commit; without `then` it reaches the disk when the WAL writer comes by. */
  commit(rows: Rows, bytes: number, then?: () => void): void {
    const now = this.#context.now()
    this.#position += bytes
    this.#bytes.add(now, bytes)
    this.#pending.push({ end: this.#position, rows, then })
    if (then) {
      this.#waiting++
      if (!this.#flushing) this.#flush(true)
    } else if (!this.#writerDue) {
      this.#writerDue = true
      this.#context.later(this.#values.walWriterDelay, () => {
        this.#writerDue = false
        if (!this.#flushing && this.#pending.length > 0) this.#flush(false)
      })
    }
  }

  #flush(mayDelay: boolean): void {
    const { commitDelay, commitSiblings } = this.#values
    this.#flushing = true
    if (mayDelay && commitDelay > 0 && this.#others() >= commitSiblings)
      this.#context.later(commitDelay, () => this.#sync())
    else this.#sync()
  }

  #sync(): void {
    const end = this.#position
    const { host } = this.#context
    this.#flushes.add(this.#context.now())
    host.disk.sync(this.#context.entering(() => this.#flushed(end)))
  }

  #flushed(end: number): void {
    const cluster = this.#cluster
    const answered: (() => void)[] = []
    let commits = 0
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
      if (next.end > end) {
        this.#pending.unshift(next)
        break
      }
      commits++
      for (const [key, value] of next.rows) cluster.rows.set(key, value)
      if (next.then) answered.push(next.then)
    }
    const now = this.#context.now()
    this.#checkpoints.advance(now, cluster.position)
    this.#checkpoints.advance(now, end)
    cluster.position = end
    cluster.redo = this.#checkpoints.redo
    this.#group.record(now, commits)
    this.#flushing = false
    this.#waiting -= answered.length
    // Who waits flushes at once; what those who are answered now go on to commit comes too late for that.
    if (this.#waiting > 0) this.#flush(true)
    for (const then of answered) then()
  }

  /** Settles from where on a replay would begin. */
  crash(): void {
    this.#checkpoints.advance(this.#context.now(), this.#cluster.position)
    this.#cluster.redo = this.#checkpoints.redo
  }
}
