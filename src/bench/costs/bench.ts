// What a bench of the cost table declares: one operation, or the handlers of one coordinator.

import type { Growth } from '../../world/costs/cost-table.ts'
import type { Stage } from './stage.ts'

interface Sized {
  /** What the size counts, such as rows; left out: there is one size and it does not matter. */
  readonly size?: string
  readonly sizes: readonly number[]
}

/** One operation, as `env.compute({ operation, size })` names it. */
export interface OperationBench extends Sized {
  readonly operation: string
  readonly growth: Growth
  /** Builds the input; what is returned does the operation once and returns something of its result. */
  prepare(size: number): () => unknown
}

/** All that a kind of coordinator handles. The size is the number of processes that its longest reference leads to. */
export interface StageBench extends Sized {
  readonly coordinator: string
  /** By kind of message; of the others, and of the coordinator as a whole, `others`. */
  readonly growth: { readonly others: Growth } & Readonly<Record<string, Growth>>
  prepare(size: number): Scene
}

export interface Scene {
  readonly stage: Stage
  /** Brings something about and lets it be handled; called over and over. */
  drive(): void
}

/** One that measures by itself. */
export interface OwnBench extends Sized {
  readonly operations: readonly string[]
  readonly growth: Growth
  /** Gives nanoseconds by operation and size, a sample each time. */
  prepare(size: number): Promise<() => Promise<Readonly<Record<string, number>>>>
}

export type CostBench = OperationBench | StageBench | OwnBench

export const nameOf = (bench: CostBench): string =>
  'operation' in bench
    ? bench.operation
    : 'coordinator' in bench
      ? bench.coordinator
      : bench.operations.join(' ')
