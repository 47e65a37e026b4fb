// What travels a ring. Everything goes the same way round, from each agent to the next that is not held for dead.

import type { Message } from '../../env/index.ts'
import type { Part, PartResult } from './topology.ts'

/** Whatever travels is for the agent it names, or for all on the way to it; after two turns it is dropped. */
interface Travelling extends Message {
  readonly origin: string
  readonly hops: number
}

/** Parts that look for agents with room. */
export interface Bundle extends Travelling {
  readonly kind: 'ring.parts'
  readonly parts: readonly Part[]
  /** Who has so much in line at most takes a part. */
  readonly limit: number
  /** The least that an agent on this turn had in line. */
  readonly least: number
  readonly turn: number
}

/** A result on its way to the one who took the task. */
export interface Homeward extends Travelling {
  readonly kind: 'ring.result'
  readonly result: PartResult
}

/** Asks all who has what of a task, and tells them where its results are wanted. */
export interface Census extends Travelling {
  readonly kind: 'ring.census'
  readonly task: string
  /** When it set out. */
  readonly at: number
  readonly held: readonly number[]
  readonly results: readonly PartResult[]
}

/** An agent does not answer the one before it: who waits for parts may want to ask. */
export interface Gap extends Travelling {
  readonly kind: 'ring.gap'
  readonly missing: string
}

export type RingMessage = Bundle | Homeward | Census | Gap
