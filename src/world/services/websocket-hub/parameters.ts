// What can be set on a WebSocket hub, and what it observes.
// Costs follow from hashrocket/websocket-shootout, round 1, of Node with ws: four broadcasts at a time went to 1,000 … 10,000
// clients, and the median round trip was 35 … 351 ms: four broadcasts share one thread, so that a send takes
// 351 ms / (4 · 10,000) = 8.8 µs (at 1,000 clients: 8.75, at 5,000: 8.95). At 13,000 clients it took about 300 MB:
// 20 KB a connection beside 40 MB for Node itself. (uWebSockets, one thread: 131 ms, 3.3 µs a send.)

import { bytes, choice, count, duration, map, optional, record, type Values } from '../../../parameters.ts'
import { KiB, MiB, seconds, us } from '../../../units.ts'

export const parameters = {
  handshakeCost: duration({
    meaning: 'core time of the thread for opening a connection (the HTTP upgrade)',
    default: us(150),
    source: '[G] a few times a plain request in Node',
  }),
  receiveCost: duration({
    meaning: 'core time of the thread for a message from a client',
    default: us(10),
    source: '[G] of the order of a send',
  }),
  serialiseCost: duration({
    meaning: 'core time of the thread for making a message, once for all clients, besides its bytes',
    default: us(5),
    source: '[G]',
  }),
  serialiseRate: count({
    meaning: 'bytes of a message that are made in a second',
    default: 200_000_000,
    min: 1,
    source: '[G] JSON.stringify in V8',
  }),
  sendCost: duration({
    meaning: 'core time of the thread for sending a message to one client',
    default: 8800,
    source: '[D] 351 ms / 40,000: Node with ws, hashrocket/websocket-shootout round 1',
  }),
  connectionMemory: bytes({
    meaning: 'memory of a connection',
    default: 20 * KiB,
    source: '[D] 300 MB at 13,000 connections, the same',
  }),
  idleMemory: bytes({ meaning: 'memory of a hub without clients', default: 40 * MiB, source: '[G] Node' }),
  maxConnections: optional(count({ meaning: 'connections that it takes; more are refused with 503' })),
  pingInterval: duration({
    meaning: 'time between pings; who has not answered the last one is dropped. 0s: none',
    default: seconds(30),
    source: '[S] ws, README: how to detect and close broken connections',
  }),
  buffer: bytes({
    meaning: 'bytes kept for a client that does not take what is sent, beyond its window',
    default: 64 * KiB,
    source: '[S] uWebSockets.js: maxBackpressure',
  }),
  slowClient: choice(['drop', 'disconnect'], {
    meaning:
      'what happens when that is full: the message is not sent to this client, or the client is disconnected',
    default: 'drop',
    source: '[S] uWebSockets.js: closeOnBackpressureLimit is off',
  }),
  feeds: map(
    record(
      {
        every: duration({ meaning: 'time between two messages', min: 1 }),
        size: bytes({ meaning: 'size of a message', default: 1000 }),
      },
      { meaning: 'what is published on a topic' },
    ),
    { meaning: 'topics on which the hub itself publishes, as it pushes a status', default: {} },
  ),
  retain: choice(['none', 'last'], {
    meaning: 'what a new subscriber gets of what was published before',
    default: 'none',
  }),
} as const

const counted = (better: 'lower' | 'higher' | 'neither', meaning: string) =>
  ({ observed: 'count', unit: 'count', better, meaning }) as const
const timed = (meaning: string) => ({ observed: 'value', unit: 'ns', better: 'lower', meaning }) as const

export const metrics = {
  opened: counted('neither', 'connections opened'),
  refused: counted('lower', 'connections refused'),
  published: counted('neither', 'messages published'),
  sent: counted('neither', 'messages sent to clients'),
  dropped: counted('lower', 'messages not sent to a client that is too slow'),
  'closed.slow': counted('lower', 'clients disconnected for being too slow'),
  'closed.dead': counted('lower', 'clients dropped as they answered no ping'),
  'open.time': timed('from the coming of a client to its connection'),
  'broadcast.time': timed('from the beginning of a broadcast to its last send'),
} as const

export const faults = {
  reset: 'all connections break at once, as when a proxy before it is restarted',
} as const

export type HubValues = Values<typeof parameters>
