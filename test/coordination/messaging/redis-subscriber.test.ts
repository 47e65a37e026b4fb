import { expect, test } from 'vitest'
import { redisSubscriber } from '../../../src/coordination/index.ts'
import { redis as say } from '../../../src/env/index.ts'
import { ms, seconds, us } from '../../../src/units.ts'
import { redis } from '../../../src/world/services/redis/redis.ts'
import { makeWorld } from '../../world/fixture.ts'
import { Asked, addClient, addService, at, metric } from '../../world/services/fixture.ts'
import { createdBy, makeStage, valuesOf } from '../fixture.ts'

const NEWS = { channels: ['news'], patterns: ['spor*'] }

function makeSubscriber(given: Readonly<Record<string, unknown>>, values = {}) {
  const world = makeWorld({ a: {}, b: {}, c: {} }, { latency: { kind: 'constant', value: us(100) } })
  const server = addService(world, 'b', 'redis', redis, values)
  const client = addClient(world, 'c')
  const stage = makeStage(world, (env) =>
    createdBy(redisSubscriber, env, { server: [{ name: 'redis' }], ...given }),
  )
  const publish = (channel: string, text = 'x') => new Asked(client, server, say('PUBLISH', channel, text))
  return { world, server, stage, publish }
}

test('it observes what comes of its channels and patterns, and how long it took', () => {
  const { world, stage, publish } = makeSubscriber(NEWS)
  stage.process.begin()
  for (const [i, channel] of ['news', 'sports', 'other'].entries())
    at(world, ms(10 + i), () => publish(channel))
  stage.run()
  expect(valuesOf(stage.observed, 'published.received')).toEqual([1, 1])
  // Writing to one connection, and the way.
  expect(valuesOf(stage.observed, 'published.time')).toEqual([2608 + us(100), 2608 + us(100)])
})

test('it subscribes when the server is there, and anew when it was disconnected', () => {
  const { world, server, stage, publish } = makeSubscriber(NEWS, { outputBufferLimit: 250 })
  server.kill()
  stage.process.begin()
  at(world, seconds(1.5), () => server.start())
  // Two at a time are more than it may have unread.
  at(world, seconds(5), () => publish('news', 'y'.repeat(300)))
  at(world, seconds(6), () => publish('news'))
  stage.run()
  expect(valuesOf(stage.observed, 'published.disconnects')).toEqual([1])
  expect(valuesOf(stage.observed, 'published.received')).toEqual([1, 1])
  expect(metric(world, 'service.redis.disconnected')).toBe(1)
})
