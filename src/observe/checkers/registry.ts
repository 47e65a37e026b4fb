// All checkers, in the order in which a result names them.

import { agreement } from './agreement.ts'
import { boundedQueues } from './bounded-queues.ts'
import type { CheckerDefinition } from './checker.ts'
import { cores } from './cores.ts'
import { credits } from './credits.ts'
import { fifo } from './fifo.ts'
import { linearizable } from './linearizable.ts'
import { liveness } from './liveness.ts'
import { memory } from './memory.ts'
import { monotonicReads } from './monotonic-reads.ts'
import { noDuplicate } from './no-duplicate.ts'
import { noLostTask } from './no-lost-task.ts'
import { noOrphan } from './no-orphan.ts'
import { oneLeader } from './one-leader.ts'
import { ports } from './ports.ts'
import { validity } from './validity.ts'

const all = [
  agreement,
  validity,
  oneLeader,
  noLostTask,
  noDuplicate,
  fifo,
  credits,
  ports,
  noOrphan,
  monotonicReads,
  linearizable,
  liveness,
  boundedQueues,
  memory,
  cores,
] as unknown as readonly CheckerDefinition[]

export const checkers: Readonly<Record<string, CheckerDefinition>> = Object.fromEntries(
  all.map((checker) => [checker.name, checker]),
)
