// The write-ahead log that all quorum queues of a broker share: what comes while a sync is under way is written together
// with the next one. Source: rabbitmq.com/blog/2020/04/21/quorum-queues-and-why-disks-matter.
// What is in the file is in memory too, until the file is full and a new one begins; then both are given back.

import type { Recording } from '../../../observe/recording.ts'
import type { ServiceContext } from '../../service.ts'
import type { DiskWatch } from './disk-watch.ts'
import type { MemoryGauge } from './memory-gauge.ts'

export class WriteAheadLog {
  readonly #context: ServiceContext
  readonly #memory: MemoryGauge
  readonly #disk: DiskWatch
  readonly #fileSize: number
  readonly #batch: Recording
  /** Called when the sync after the present one is over. */
  #waiting: (() => void)[] = []
  #waitingBytes = 0
  #syncing = false
  /** Bytes in the file. */
  #written = 0

  /** @param fileSize bytes after which a new file begins */
  constructor(context: ServiceContext, memory: MemoryGauge, disk: DiskWatch, fileSize: number) {
    this.#context = context
    this.#memory = memory
    this.#disk = disk
    this.#fileSize = fileSize
    this.#batch = context.recording('wal.batch')
  }

  /** Writes so many bytes; `synced` when they are on the disk for good. */
  append(bytes: number, synced: () => void): void {
    this.#waiting.push(synced)
    this.#waitingBytes += bytes
    if (this.#syncing) return
    this.#syncing = true
    this.#disk.whenRoom(this.#waitingBytes, () => this.#sync())
  }

  #sync(): void {
    const context = this.#context
    const { disk } = context.host
    const batch = this.#waiting
    const bytes = this.#waitingBytes
    this.#waiting = []
    this.#waitingBytes = 0
    this.#batch.record(context.now(), batch.length)
    const done = context.entering(() => {
      this.#grow(bytes)
      for (const synced of batch) synced()
      this.#syncing = this.#waiting.length > 0
      if (this.#syncing) this.#disk.whenRoom(this.#waitingBytes, () => this.#sync())
    })
    disk.write(
      bytes,
      context.entering(() => void disk.sync(done)),
    )
  }

  #grow(bytes: number): void {
    this.#written += bytes
    this.#memory.add(bytes)
    if (this.#written < this.#fileSize) return
    this.#memory.add(-this.#written)
    this.#context.host.disk.remove(this.#written)
    this.#written = 0
  }
}
