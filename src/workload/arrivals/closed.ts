// A closed loop: a fixed number of clients, as agents of a fleet are. Each asks, waits for the answer, thinks, asks again.
// What it leaves out: clients that give up for good. The loop itself is driven by whoever sends, for only he sees the answers.

import { count, distribution } from '../../parameters.ts'
import type { ClosedArrivals } from './arrival-process.ts'

const parameters = {
  clients: count({ meaning: 'how many clients', min: 1 }),
  think: distribution('ns', {
    meaning: "a client's time between an answer and its next request",
    default: { kind: 'constant', value: 0 },
  }),
}

export const closed = {
  name: 'closed',
  meaning: 'a fixed number of clients, each asking again after the answer and a think time',
  parameters,
  closed: true,
} as const satisfies ClosedArrivals<typeof parameters>
