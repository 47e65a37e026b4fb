import { expect, test } from 'vitest'
import { ScenarioError } from '../../../../src/errors.ts'
import { MiB } from '../../../../src/units.ts'
import { makeRabbits, queue } from './fixture.ts'

const mistakes: readonly (readonly [
  what: string,
  values: Readonly<Record<string, unknown>>,
  message: string,
])[] = [
  [
    'a name that nothing can have',
    { queues: { 'two words': queue() } },
    'invalid name: two words; expected letters, digits and . : _ / % - only',
  ],
  [
    'an exchange that is the broker’s own',
    { exchanges: { 'amq.mine': { type: 'direct', durable: true } } },
    'invalid exchange: amq.mine; expected a name that does not begin with amq.',
  ],
  [
    'a binding of what is not there',
    { queues: { tasks: queue() }, bindings: [{ exchange: 'amq.topic', queue: 'task', key: '#' }] },
    'unknown queue: task; known: tasks',
  ],
  [
    'a binding to what is not there',
    { queues: { tasks: queue() }, bindings: [{ exchange: 'event', queue: 'tasks', key: '#' }] },
    'unknown exchange: event; known: amq.direct, amq.fanout, amq.topic',
  ],
  [
    'dead letters to nowhere',
    { queues: { tasks: queue({ deadLetterExchange: 'dlx' }) } },
    'unknown exchange: dlx; known: amq.direct, amq.fanout, amq.topic',
  ],
  [
    'a quorum queue that is not durable',
    { queues: { tasks: queue({ type: 'quorum', durable: false }) } },
    'invalid durable of tasks: false; expected true, as quorum queues always are',
  ],
  [
    'a cluster of others',
    { cluster: [{ name: 'rabbit.7' }] },
    'invalid cluster of rabbit.1: rabbit.7; expected itself among them',
  ],
  [
    'a watermark that an idle broker is above',
    { totalMemory: 300 * MiB },
    'invalid watermark: 0.4 of the memory is 125829120 bytes; expected more than idle-memory, 127926272 bytes, or nobody could ever publish',
  ],
]

for (const [what, values, message] of mistakes)
  test(`${what} is a mistake of the scenario’s, and is told with its mend`, () => {
    expect(() => makeRabbits(values)).toThrow(ScenarioError)
    expect(() => makeRabbits(values)).toThrow(message)
  })
