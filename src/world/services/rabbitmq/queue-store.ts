// What stands around a queue's process: those who offer it messages, what keeps them, and what it needs of its broker.

import type { QueueTerms, RefusedError } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { ServiceContext } from '../../service.ts'
import type { MemoryGauge } from './memory-gauge.ts'
import type { DeathReason, Entry, StoredMessage } from './message.ts'
import type { QueueMetrics } from './queue-metrics.ts'

/** A message that somebody wants a queue to take. */
export interface Offer {
  readonly message: StoredMessage
  /** Who offers it, and as the how-manieth: what was offered before is not taken twice. */
  readonly enqueuer: string
  readonly sequence: number
  /** Whose time it is. */
  readonly request: Envelope | undefined
  /** The queue's process has come to it. */
  taken(): void
  /** The queue has it safe. */
  safe(): void
  refused(error: RefusedError): void
}

export interface QueueStore {
  /** Puts a message in: `admit` is called when it may be delivered, the offer's `safe` when it is safe. */
  append(offer: Offer, expiresAt: Nanos, admit: (entry: Entry) => void): void
  /** Takes one out; `then` is called when it is gone. */
  remove(entry: Entry, then: () => void): void
}

export interface QueueCosts {
  readonly enqueue: Nanos
  readonly deliver: Nanos
  readonly settle: Nanos
  /** After so many messages the process collects its garbage, which takes so long. */
  readonly collectEvery: number
  readonly collection: Nanos
}

/** What a queue needs of its broker. */
export interface QueueSurroundings {
  readonly context: ServiceContext
  readonly memory: MemoryGauge
  readonly metrics: QueueMetrics
  readonly costs: QueueCosts
  /** Bytes of memory that a message takes while it is in the queue. */
  weigh(message: StoredMessage): number
  /** Publishes a message that has died; false where the queue has no dead letter exchange. */
  deadLetter(queue: string, terms: QueueTerms, message: StoredMessage, reason: DeathReason): boolean
}
