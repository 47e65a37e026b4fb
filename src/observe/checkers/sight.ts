// What a checker may see of a data centre besides what its processes say. The world is adapted to this elsewhere, so that
// nothing here knows it.

import type { Nanos } from '../../units.ts'

export interface Sight {
  readonly hosts: readonly HostSight[]
  readonly queues: readonly QueueSight[]
}

export interface HostSight {
  readonly name: string
  readonly cores: CoresSight
  readonly memory: MemorySight
}

export interface CoresSight {
  readonly count: number
  /** Cores that are given to jobs at this instant. */
  readonly given: number
  /** Nanoseconds of a core that the reported utilisation comes to, since the warm-up. */
  busyTime(at: Nanos): number
  /** Nanoseconds of a core that the work done since the beginning takes, and the jobs that have ended; `undefined`: it cannot be said. */
  work(): { readonly time: number; readonly jobs: number } | undefined
}

/** What may hold so many bytes, and who holds them. */
export interface MemorySight {
  readonly name: string
  /** Bytes; Infinity: no limit. */
  readonly limit: number
  readonly used: number
  /** They hold all that is used of a host. */
  readonly parts: readonly MemorySight[]
}

export interface QueueSight {
  /** `process.worker.mailbox` */
  readonly name: string
  /** Calls back whenever the queue comes to exceed a length. */
  watch(limit: number, exceeded: (at: Nanos, length: number) => void): void
}
