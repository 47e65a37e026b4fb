// CONTRACT ONLY (to be replaced by the kernel's builder)
import type { Nanos } from '../units.ts'
export type EventHandle = number
export interface EventTarget {
  /** Stable within a run; enters the fingerprint. */
  readonly id: number
  fire(kind: number): void
}
export declare class Simulation {
  readonly now: Nanos
  schedule(at: Nanos, target: EventTarget, kind: number): EventHandle
  cancel(handle: EventHandle): boolean
}
