// A disk: operations wait for a place in its queue, then for its latency, and then share its bandwidth fairly with all others
// there (a fluid, as the cores of a host are): the device's time is shared, so that a slow writer costs readers what it takes.
// Its capacity counts what was written and not removed; a write that does not fit is refused, and so is every write while
// the disk is full by a fault. A sync takes a place in the queue and a time of its own.
// Left out: the page cache (who reads twice reads twice), seeks between streams, merging, write-back and its bursts.

import { Fifo } from '../env/index.ts'
import { createDistribution } from '../kernel/distributions/registry.ts'
import type { RandomStream } from '../kernel/random.ts'
import type { EventTarget, Simulation } from '../kernel/simulation.ts'
import type { Level } from '../observe/level.ts'
import {
  bandwidth,
  bytes,
  count,
  type DistributionSpec,
  distribution,
  duration,
  type Values,
} from '../parameters.ts'
import { GiB, type Nanos, us } from '../units.ts'
import { Cpu, type CpuGroup, type CpuJob, type CpuWaiter } from './cpu.ts'
import { Slowness } from './slowness.ts'
import { plainCores } from './topology.ts'

export const diskParameters = {
  disk: bytes({ meaning: 'size of the disk', default: 512 * GiB, min: 1, source: '[G]' }),
  diskBandwidth: bandwidth({
    meaning: 'sequential read bandwidth of the disk',
    default: 1e9,
    min: 1,
    source: '[G] a SATA to NVMe disk reads 0.5 to 3 GB/s',
  }),
  diskWriteBandwidth: bandwidth({
    meaning: 'sequential write bandwidth of the disk',
    default: 1e9,
    min: 1,
    source: '[G] as it reads',
  }),
  diskLatency: duration({
    meaning:
      'time of each read or write before its bytes come; a bulk read has none, as the kernel reads ahead',
    default: us(100),
    source: '[P] flash reads 4 kB in 50 µs (NVMe of 2025) to 0.15 ms (SATA) with nobody beside',
  }),
  diskSync: distribution('ns', {
    meaning: 'time of a sync',
    default: { kind: 'constant', value: 1e6 } as DistributionSpec,
    source: '[G] 0.05 ms on a disk with protected cache to 10 ms on a spinning one',
  }),
  diskQueue: count({
    meaning: 'operations that the disk works on at once; more wait',
    default: 32,
    min: 1,
    source: '[S] AHCI: 32 commands; NVMe has more',
  }),
} as const

export interface DiskTerms {
  readonly values: Values<typeof diskParameters>
  /** Share of the time in which an operation is under way. */
  readonly utilisation: Level
  readonly random: () => RandomStream
}

export class Disk {
  /** Bytes written and not removed. */
  used = 0
  readonly #terms: DiskTerms
  /** The device's time, one nanosecond a nanosecond, shared by the transfers. */
  readonly #device: Cpu
  readonly #group: CpuGroup
  readonly #sync
  readonly #waiting = new Fifo<Operation>()
  readonly #atWork = new Set<Operation>()
  readonly #slowness = new Slowness(() => {})
  /** Faults by which it is full. */
  #fills = 0

  constructor(
    readonly id: number,
    readonly simulation: Simulation,
    terms: DiskTerms,
  ) {
    this.#terms = terms
    this.#device = new Cpu(simulation, plainCores(1), () => id)
    this.#group = this.#device.group()
    this.#sync = createDistribution(terms.values.diskSync)
    terms.utilisation.set(simulation.now, 0)
  }

  /** Bytes that can be written. */
  get free(): number {
    return this.#fills > 0 ? 0 : this.#terms.values.disk - this.used
  }

  /** What is returned calls it off. */
  read(bytes: number, then: () => void): () => void {
    const { diskBandwidth, diskLatency } = this.#terms.values
    return this.#submit(diskLatency, (bytes / diskBandwidth) * 1e9, then)
  }

  /** A bulk read. */
  stream(bytes: number, then: () => void): () => void {
    return this.#submit(0, (bytes / this.#terms.values.diskBandwidth) * 1e9, then)
  }

  /** Undefined where there is no room: nothing is written. */
  write(bytes: number, then: () => void): (() => void) | undefined {
    if (bytes > this.free) return undefined
    this.used += bytes
    const { diskWriteBandwidth, diskLatency } = this.#terms.values
    return this.#submit(diskLatency, (bytes / diskWriteBandwidth) * 1e9, then)
  }

  remove(bytes: number): void {
    this.used = Math.max(0, this.used - bytes)
  }

  sync(then: () => void): () => void {
    return this.#submit(Math.round(this.#sync.sample(this.#terms.random())), 0, then)
  }

  /** So many times slower, until what is returned is called; a latency under way stays as it is. */
  slow(factor: number): () => void {
    const over = [this.#device.slow(factor), this.#slowness.add(factor)]
    return () => {
      for (const end of over) end()
    }
  }

  /** Full, until what is returned is called. */
  fill(): () => void {
    this.#fills++
    let over = false
    return () => {
      if (!over) this.#fills--
      over = true
    }
  }

  /** What is under way is gone, what was written stays, as after a crash. */
  clear(): void {
    for (const operation of this.#atWork) operation.stop()
    this.#atWork.clear()
    this.#waiting.clear()
    this.#terms.utilisation.set(this.simulation.now, 0)
  }

  transfer(operation: Operation): CpuJob {
    return this.#device.run(this.#group, operation.work, operation)
  }

  cancelTransfer(job: CpuJob): void {
    this.#device.cancel(job)
  }

  /** An operation has ended, or was called off. */
  leave(operation: Operation): void {
    this.#atWork.delete(operation)
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if (next.calledOff) continue
      this.#begin(next)
      return
    }
    if (this.#atWork.size === 0) this.#terms.utilisation.set(this.simulation.now, 0)
  }

  #submit(latency: Nanos, work: Nanos, then: () => void): () => void {
    const operation = new Operation(this, latency, work, then)
    if (this.#atWork.size < this.#terms.values.diskQueue) this.#begin(operation)
    else this.#waiting.push(operation)
    return () => operation.cancel()
  }

  #begin(operation: Operation): void {
    this.#atWork.add(operation)
    this.#terms.utilisation.set(this.simulation.now, 1)
    operation.begin(this.#slowness.factor)
  }
}

/** One read, write or sync. */
class Operation implements EventTarget, CpuWaiter {
  calledOff = false
  #handle = -1
  #job: CpuJob | undefined
  #ended = false

  constructor(
    readonly disk: Disk,
    readonly latency: Nanos,
    readonly work: Nanos,
    readonly then: () => void,
  ) {}

  get id(): number {
    return this.disk.id
  }

  begin(slowness: number): void {
    const { simulation } = this.disk
    if (this.latency === 0) this.fire()
    else this.#handle = simulation.schedule(simulation.now + Math.round(this.latency * slowness), this, 0)
  }

  /** The latency is over. */
  fire(): void {
    this.#handle = -1
    this.#job = this.disk.transfer(this)
  }

  computed(): void {
    this.#job = undefined
    this.#ended = true
    this.disk.leave(this)
    this.then()
  }

  cancel(): void {
    if (this.calledOff || this.#ended) return
    this.calledOff = true
    const begun = this.#handle >= 0 || this.#job !== undefined
    this.stop()
    if (begun) this.disk.leave(this)
  }

  stop(): void {
    if (this.#handle >= 0) this.disk.simulation.cancel(this.#handle)
    if (this.#job) this.disk.cancelTransfer(this.#job)
    this.#handle = -1
    this.#job = undefined
    this.#ended = true
  }
}
