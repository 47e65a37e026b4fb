// What a classic queue keeps. A message can be delivered as soon as it is here. One that is persistent, in a durable queue,
// is confirmed when it has been written, together with others that came within a few milliseconds, or when it was
// acknowledged before that. Written is not synced: the end of the process leaves it, a power failure takes what the kernel
// had not yet brought to the disk (and brings back what had been acknowledged since).
// Source: rabbitmq.com/blog/2025/01/17/how-are-the-messages-stored. Left out: buffers flushed for their size.

import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import type { DiskWatch } from './disk-watch.ts'
import { Entry, type StoredMessage } from './message.ts'
import type { Offer, QueueStore } from './queue-store.ts'

interface WrittenMessage {
  readonly position: number
  readonly message: StoredMessage
  readonly expiresAt: Nanos
  readonly writtenAt: Nanos
  /** Infinity: not yet. */
  removedAt: Nanos
}

/** A queue's file, as the kernel sees it; it survives its broker. */
export class ClassicFile {
  readonly #messages = new Map<number, WrittenMessage>()
  /** Removed, and perhaps still on the disk; in the order of their removal. */
  #removed: WrittenMessage[] = []
  next = 1

  /** @param writeBack after what time the kernel has brought to the disk what was written */
  constructor(readonly writeBack: Nanos) {}

  write(entry: Entry, now: Nanos): void {
    const { position, message, expiresAt } = entry
    const removedAt = Number.POSITIVE_INFINITY
    this.#messages.set(position, { position, message, expiresAt, writtenAt: now, removedAt })
  }

  remove(position: number, now: Nanos): void {
    const written = this.#messages.get(position)
    if (!written) return
    this.#messages.delete(position)
    written.removedAt = now
    this.#removed.push(written)
    if (this.#removed.length > 2 * this.#messages.size + 64) this.#forget(now)
  }

  /** The host has stopped: what had not reached the disk never happened. */
  losePower(now: Nanos): void {
    const synced = now - this.writeBack
    for (const [position, { writtenAt }] of this.#messages)
      if (writtenAt > synced) this.#messages.delete(position)
    for (const written of this.#removed) {
      if (written.removedAt <= synced || written.writtenAt > synced) continue
      written.removedAt = Number.POSITIVE_INFINITY
      this.#messages.set(written.position, written)
    }
    this.#removed = []
  }

  /** What is found at a start, oldest first. */
  recover(): readonly Entry[] {
    const found = [...this.#messages.values()].sort((a, b) => a.position - b.position)
    return found.map(({ position, message, expiresAt }) => new Entry(position, message, expiresAt, true))
  }

  #forget(now: Nanos): void {
    this.#removed = this.#removed.filter(({ removedAt }) => removedAt > now - this.writeBack)
  }
}

export class ClassicStore implements QueueStore {
  readonly #context: ServiceContext
  readonly #flushAfter: Nanos
  readonly #disk: DiskWatch
  /** Of a durable queue. */
  readonly #file: ClassicFile | undefined
  /** Persistent and not written yet, by position. */
  readonly #unwritten = new Map<number, { readonly entry: Entry; readonly offer: Offer }>()
  #position: number
  #flushing = false

  constructor(context: ServiceContext, disk: DiskWatch, flushAfter: Nanos, file: ClassicFile | undefined) {
    this.#context = context
    this.#disk = disk
    this.#flushAfter = flushAfter
    this.#file = file
    this.#position = file?.next ?? 1
  }

  append(offer: Offer, expiresAt: Nanos, admit: (entry: Entry) => void): void {
    const entry = new Entry(this.#position++, offer.message, expiresAt)
    const file = this.#file
    if (file) file.next = this.#position
    if (file && offer.message.content.persistent) {
      this.#unwritten.set(entry.position, { entry, offer })
      if (!this.#flushing) this.#flushLater()
    } else offer.safe()
    admit(entry)
  }

  remove({ position }: Entry, then: () => void): void {
    const unwritten = this.#unwritten.get(position)
    if (unwritten) {
      this.#unwritten.delete(position)
      unwritten.offer.safe()
    } else this.#file?.remove(position, this.#context.now())
    then()
  }

  /** Messages that are lost with the process, as their publishers hear. */
  get unconfirmed(): readonly StoredMessage[] {
    return [...this.#unwritten.values()].map(({ entry }) => entry.message)
  }

  #flushLater(): void {
    this.#flushing = true
    this.#context.later(this.#flushAfter, () => this.#disk.whenRoom(0, () => this.#flush()))
  }

  #flush(): void {
    this.#flushing = false
    const now = this.#context.now()
    const written = [...this.#unwritten.values()]
    this.#unwritten.clear()
    for (const { entry } of written) this.#file!.write(entry, now)
    for (const { offer } of written) offer.safe()
  }
}
