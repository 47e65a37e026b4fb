// Every queue that was tried for the kernel, by name.

import { EventQueue } from '../../kernel/event-queue.ts'
import { BinaryHeap } from './binary-heap.ts'
import type { PendingEventSet } from './pending-event-set.ts'

export const candidates: Readonly<Record<string, () => PendingEventSet>> = {
  'kernel: ladder with run and heap': () => new EventQueue(),
  'binary heap': () => new BinaryHeap(),
}
