import { expect, test } from 'vitest'
import type { PublishRequest } from '../../../src/env/index.ts'
import { publish } from '../../../src/workload/requests/publish.ts'
import { drawn, streams } from './drawn.ts'

const VALUES = {
  exchange: 'events',
  routingKey: 'agent.7',
  body: { kind: 'tool', values: { tool: 'agent_spawn', arguments: {} } },
  size: 500,
  persistent: true,
  confirm: true,
  mandatory: false,
  expiration: undefined,
}

test('messages are numbered, and name their task', () => {
  const messages = drawn<PublishRequest>(publish.create(VALUES, streams('1')), 2)
  expect(messages[0]).toEqual({
    kind: 'amqp.publish',
    exchange: 'events',
    routingKey: 'agent.7',
    content: {
      body: { kind: 'mcp.call', tool: 'agent_spawn', arguments: {} },
      size: 500,
      persistent: true,
      producer: 'clients',
      sequence: 1,
      task: 'clients/1',
    },
    confirm: true,
    bytes: 560,
  })
  expect(messages[1]!.content).toMatchObject({ sequence: 2, task: 'clients/2' })
})

test('bodies are drawn as requests of their kind are', () => {
  const service = { kind: 'exponential', mean: 1e6 }
  const body = { kind: 'job', values: { service } }
  const messages = drawn<PublishRequest>(
    publish.create({ ...VALUES, body, expiration: 5 }, streams('1')),
    1000,
  )
  const times = messages.map(({ content }) => (content.body as { service?: number }).service!)
  expect(times.reduce((sum, time) => sum + time, 0) / 1000 / 1e6).toBeCloseTo(1, 0)
  expect(messages[0]!.content.expiration).toBe(5)
})
