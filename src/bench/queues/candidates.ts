// Every queue that was tried for the kernel, by name.

import { EventQueue } from '../../kernel/event-queue.ts'
import { BinaryHeap } from './binary-heap.ts'
import { FourAryHeap } from './four-ary-heap.ts'
import { LadderQueue } from './ladder-queue.ts'
import { NearHeap } from './near-heap.ts'
import type { PendingEventSet } from './pending-event-set.ts'

export const candidates: Readonly<Record<string, () => PendingEventSet>> = {
  'kernel: ladder with run and heap': () => new EventQueue(),
  'near heap and far buckets': () => new NearHeap(),
  'ladder queue as published': () => new LadderQueue(),
  'four-ary heap': () => new FourAryHeap(),
  'binary heap': () => new BinaryHeap(),
}
