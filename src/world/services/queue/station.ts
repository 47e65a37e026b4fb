// Where jobs are served: by servers that take them from a line, or all at once by servers they share.

import type { Level } from '../../../observe/level.ts'
import type { Nanos } from '../../../units.ts'
import { Cpu, type CpuGroup, type CpuJob } from '../../cpu.ts'
import type { Envelope } from '../../envelope.ts'
import type { ServiceContext } from '../../service.ts'
import { plainCores } from '../../topology.ts'
import { Line, Place } from '../line.ts'

export class Job extends Place {
  /** Takes it off its server; undefined as long as it waits. */
  stop: (() => void) | undefined
  startedAt: Nanos = 0

  constructor(
    readonly request: Envelope,
    /** How long one server takes for it alone. */
    readonly demand: Nanos,
    /** 0 is served first. */
    readonly priority: number,
    readonly arrivedAt: Nanos,
  ) {
    super()
  }
}

export interface Station {
  /** Jobs in excess of the servers. */
  readonly waiting: number
  add(job: Job): void
  /** Takes off a job that has not ended. */
  remove(job: Job): void
  /** All jobs are gone. */
  clear(): void
}

/** Told at a job's end how much of its stay it was not served. */
export type Ended = (job: Job, waited: Nanos) => void

/** Those who wait, in a line for each priority. */
export class WaitingRoom {
  length = 0
  readonly #lines: readonly Line<Job>[]
  readonly #lastFirst: boolean

  constructor(priorities: number, lastFirst: boolean) {
    this.#lines = Array.from({ length: priorities }, () => new Line<Job>())
    this.#lastFirst = lastFirst
  }

  push(job: Job): void {
    this.length++
    this.#lineOf(job).push(job)
  }

  remove(job: Job): void {
    this.length--
    this.#lineOf(job).remove(job)
  }

  take(): Job | undefined {
    const line = this.#lines.find((line) => line.length > 0)
    if (!line) return undefined
    this.length--
    return this.#lastFirst ? line.takeLast() : line.takeFirst()
  }

  #lineOf(job: Job): Line<Job> {
    return this.#lines[Math.min(job.priority, this.#lines.length - 1)]!
  }
}

/** Servers that take a job each, in full, one after the other. */
export class Servers implements Station {
  #busy = 0

  constructor(
    readonly context: ServiceContext,
    readonly servers: number,
    readonly room: WaitingRoom,
    readonly utilisation: Level,
    readonly ended: Ended,
  ) {
    this.#setBusy(0)
  }

  get waiting(): number {
    return this.room.length
  }

  add(job: Job): void {
    if (this.#busy === this.servers) {
      this.room.push(job)
      return
    }
    this.#setBusy(this.#busy + 1)
    this.#start(job)
  }

  remove(job: Job): void {
    if (job.stop) {
      job.stop()
      this.#next()
    } else this.room.remove(job)
  }

  clear(): void {
    this.#setBusy(0)
  }

  #start(job: Job): void {
    job.startedAt = this.context.now()
    job.stop = this.context.later(job.demand, () => {
      this.#next()
      this.ended(job, job.startedAt - job.arrivedAt)
    })
  }

  /** A server is free. */
  #next(): void {
    const job = this.room.take()
    if (job) this.#start(job)
    else this.#setBusy(this.#busy - 1)
  }

  #setBusy(busy: number): void {
    this.#busy = busy
    this.utilisation.set(this.context.now(), busy / this.servers)
  }
}

/** Servers that all jobs share alike, none getting more than one: cores of their own under fair sharing. */
export class SharedServers implements Station {
  readonly #cpu: Cpu
  readonly #group: CpuGroup
  #jobs = 0

  constructor(
    readonly context: ServiceContext,
    readonly servers: number,
    utilisation: Level,
    readonly ended: Ended,
  ) {
    const { simulation, nextId } = context.process.world
    const levels = { total: utilisation, byCore: [] }
    this.#cpu = new Cpu(simulation, plainCores(servers), nextId, levels)
    this.#group = this.#cpu.group()
  }

  get waiting(): number {
    return Math.max(0, this.#jobs - this.servers)
  }

  add(job: Job): void {
    this.#jobs++
    const cpuJob: CpuJob = this.#cpu.run(this.#group, job.demand, {
      computed: () => {
        this.#jobs--
        const stay = this.context.now() - job.arrivedAt
        this.context.process.enter(() => this.ended(job, Math.max(0, stay - job.demand)))
      },
    })
    job.stop = () => this.#cpu.cancel(cpuJob)
  }

  remove(job: Job): void {
    this.#jobs--
    job.stop!()
  }

  clear(): void {
    this.#cpu.clear()
  }
}
