// What can be set on an MCP server, and what it observes.
// The cost of a message over HTTP is the core time of the published benchmark, which gave each server one core and 50
// users: CPU share / throughput. Go: 28 % / 1,624/s = 172 µs; Node: 93 % / 559/s = 1.66 ms; Python: 99 % / 292/s = 3.39 ms.
// The latencies it shows (0.9, 11 and 27 ms) are that and the waiting of 50 users for one thread.

import {
  choice,
  count,
  distribution,
  duration,
  map,
  optional,
  record,
  type Values,
} from '../../../parameters.ts'
import { ms, type Nanos, us } from '../../../units.ts'

/** Core time of a message over HTTP, see above. */
const HTTP_COSTS = { go: us(172), node: us(1664), python: us(3390) } as const
/** [P] 43 to 83 µs. */
const STDIO_COST = us(63)

const constant = (value: Nanos) => ({ kind: 'constant', value })

/** The tools that every server has, unless a scenario says otherwise of them. */
export const TOOLS = {
  swarm_init: { time: constant(ms(200)), cpu: 0 },
  agent_spawn: { time: constant(ms(150)), cpu: 0 },
  task_orchestrate: { time: constant(ms(300)), cpu: 0 },
  coordination_sync: { time: constant(ms(50)), cpu: 0 },
} as const

export const parameters = {
  slots: count({
    meaning: 'tool calls that run at once; more wait, first come first served',
    default: 4,
    min: 1,
    source: '[G]',
  }),
  transport: choice(['http', 'stdio'], { meaning: 'how messages come', default: 'http' }),
  runtime: choice(['go', 'node', 'python'], {
    meaning: 'what the server is written in; decides the cost of a message over HTTP',
    default: 'node',
  }),
  cost: optional(
    duration({
      meaning:
        'core time of the thread for a message and its reply, instead of what transport and runtime say: stdio 63 µs, http go 172 µs, node 1.66 ms, python 3.39 ms',
      source: '[P] stdio 43 to 83 µs; [D] http: CPU share / throughput of the benchmark with 50 users',
    }),
  ),
  connect: distribution('ns', {
    meaning: 'core time of the thread for opening a connection (initialize), besides a message',
    default: constant(ms(2)),
    source: '[G]',
  }),
  tools: map(
    record(
      {
        time: distribution('ns', { meaning: 'time that a call holds its slot, its core time left out' }),
        cpu: duration({ meaning: 'core time of a call', default: 0 }),
      },
      { meaning: 'a tool' },
    ),
    {
      meaning:
        'tools by name, beside swarm_init (200 ms), agent_spawn (150 ms), task_orchestrate (300 ms) and coordination_sync (50 ms) or in their place; a call of another is refused with 404',
      default: {},
      source: 'OM-01; coordination_sync [G]',
    },
  ),
} as const

export const metrics = {
  wait: { observed: 'value', unit: 'ns', better: 'lower', meaning: 'time that tool calls wait for a slot' },
  calls: { observed: 'count', unit: 'count', better: 'neither', meaning: 'tool calls begun' },
  unknown: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'calls of tools there are not',
  },
} as const

export type McpValues = Values<typeof parameters>

/** Core time of the thread for a message and its reply. */
export const messageCost = ({ cost, transport, runtime }: McpValues): Nanos =>
  cost ?? (transport === 'stdio' ? STDIO_COST : HTTP_COSTS[runtime])
