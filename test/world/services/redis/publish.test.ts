import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Message, type RedisPublished, redis as say } from '../../../../src/env/index.ts'
import { ms, seconds, us } from '../../../../src/units.ts'
import { globOf } from '../../../../src/world/services/redis/glob.ts'
import { addCoordinator } from '../../fixture.ts'
import { Asked, at, metric } from '../fixture.ts'
import { Servers } from './servers.ts'

/** A process that subscribes when it starts, and keeps what it gets and when. */
function addSubscriber(
  servers: Servers,
  name: string,
  words: readonly string[],
  { server = 1, host = 'd', cost = 0 } = {},
) {
  const got: (RedisPublished & { readonly at: number })[] = []
  const others: Message[] = []
  const process = addCoordinator(
    servers.world,
    host,
    name,
    (env) => ({
      *start() {
        const [command, ...args] = words
        yield* env.call(servers.all[server - 1]!.address, say(command!, ...args), seconds(1))
      },
      receive(_from, message) {
        if (message.kind === 'redis.published') got.push({ ...(message as RedisPublished), at: env.now() })
        else others.push(message)
      },
    }),
    cost,
  )
  process.begin()
  return { process, got, others }
}

const texts = (got: readonly RedisPublished[]) => got.map(({ message }) => message)

describe('publishing', () => {
  test('reaches those who subscribe, in the order of publication, and says how many they are', () => {
    const servers = new Servers(1)
    const a = addSubscriber(servers, 'a', ['SUBSCRIBE', 'news', 'gossip'])
    const b = addSubscriber(servers, 'b', ['SUBSCRIBE', 'news'])
    const c = addSubscriber(servers, 'c', ['PSUBSCRIBE', 'n*'])
    servers.until(ms(1))
    expect(servers.say(1, 'PUBLISH', 'news', 'one')).toBe(3)
    expect(servers.say(1, 'PUBLISH', 'gossip', 'two')).toBe(1)
    expect(servers.say(1, 'PUBLISH', 'nonsense', 'three')).toBe(1)
    expect(servers.say(1, 'PUBLISH', 'other', 'four')).toBe(0)
    expect([a, b, c].map(({ got }) => texts(got))).toEqual([['one', 'two'], ['one'], ['one', 'three']])
    expect(c.got[1]).toMatchObject({ channel: 'nonsense', pattern: 'n*', message: 'three' })
    expect(metric(servers.world, 'service.redis.1.delivered')).toBe(5)
  })

  test('one who subscribes to a channel and to a pattern that it matches gets it twice, as from Redis', () => {
    const servers = new Servers(1)
    const { process, got } = addSubscriber(servers, 'a', ['SUBSCRIBE', 'news'])
    servers.until(ms(1))
    servers.answer(new Asked(process, servers.all[0]!, say('PSUBSCRIBE', 'n?ws'), {}))
    expect(servers.say(1, 'PUBLISH', 'news', 'x')).toBe(2)
    expect(got.map(({ pattern }) => pattern)).toEqual([undefined, 'n?ws'])
  })

  test('subscriptions are counted, and end', () => {
    const servers = new Servers(1)
    const tell = (...words: [string, ...string[]]) => servers.say(1, ...words)
    expect(tell('SUBSCRIBE', 'a', 'b')).toEqual([
      ['subscribe', 'a', 1],
      ['subscribe', 'b', 2],
    ])
    expect(tell('PSUBSCRIBE', 'c*')).toEqual(['psubscribe', 'c*', 3])
    expect(tell('SUBSCRIBE', 'a')).toEqual(['subscribe', 'a', 3])
    expect(tell('PUBLISH', 'cats', 'x')).toBe(1)
    expect(tell('UNSUBSCRIBE', 'b')).toEqual(['unsubscribe', 'b', 2])
    expect(tell('UNSUBSCRIBE')).toEqual(['unsubscribe', 'a', 1])
    expect(tell('UNSUBSCRIBE')).toEqual(['unsubscribe', null, 1])
    expect(tell('PUNSUBSCRIBE', 'c*')).toEqual(['punsubscribe', 'c*', 0])
    expect(tell('PUBLISH', 'cats', 'x')).toBe(0)
  })

  test('a subscription ends with its process: the kernel says so, a host that is down does not', () => {
    const servers = new Servers(1)
    const a = addSubscriber(servers, 'a', ['SUBSCRIBE', 'news'], { host: 'c' })
    const b = addSubscriber(servers, 'b', ['SUBSCRIBE', 'news'])
    servers.until(ms(1))
    a.process.kill()
    expect(servers.say(1, 'PUBLISH', 'news', 'one')).toBe(1)
    b.process.host.crash()
    // Nobody has told the server: it counts what is lost.
    expect(servers.say(1, 'PUBLISH', 'news', 'two')).toBe(1)
    expect(texts(b.got)).toEqual(['one'])
    // The process subscribes anew as it starts; its old connection is known to be none.
    b.process.host.restart()
    servers.until(servers.world.simulation.now + ms(1))
    expect(servers.say(1, 'PUBLISH', 'news', 'three')).toBe(1)
    expect(texts(b.got)).toEqual(['one', 'three'])
  })

  test('what is published to one that is cut off is lost', () => {
    const servers = new Servers(1)
    const { got } = addSubscriber(servers, 'a', ['SUBSCRIBE', 'news'])
    servers.until(ms(1))
    servers.say(1, 'PUBLISH', 'news', 'one')
    const heal = servers.cut(['h1'], ['d'])
    expect(servers.say(1, 'PUBLISH', 'news', 'two')).toBe(1)
    heal()
    servers.say(1, 'PUBLISH', 'news', 'three')
    expect(texts(got)).toEqual(['one', 'three'])
  })

  test('one that reads too slowly is disconnected when it has too much unread', () => {
    const servers = new Servers(1, { outputBufferLimit: 2000 })
    // It takes 10 ms for each; 20 messages of 34 + 4 + 62 bytes are as much as it may have unread.
    const slow = addSubscriber(servers, 'slow', ['SUBSCRIBE', 'news'], { cost: ms(10) })
    const fast = addSubscriber(servers, 'fast', ['SUBSCRIBE', 'news'])
    servers.until(ms(50))
    const text = 'x'.repeat(62)
    for (let i = 0; i < 30; i++) at(servers.world, ms(50 + i), () => servers.ask(1, 'PUBLISH', 'news', text))
    servers.until(seconds(2))
    expect(metric(servers.world, 'service.redis.1.disconnected')).toBe(1)
    expect(fast.got.length).toBe(30)
    expect(slow.got.length).toBeLessThan(30)
    expect(slow.others).toEqual([{ kind: 'redis.disconnected', bytes: 0 }])
    expect(servers.say(1, 'PUBLISH', 'news', text)).toBe(1)
  })

  test('one that was cut off for a while is not taken for slow', () => {
    const servers = new Servers(1, { outputBufferLimit: 2000 })
    const { got } = addSubscriber(servers, 'a', ['SUBSCRIBE', 'news'])
    servers.until(ms(1))
    const text = 'x'.repeat(62)
    const heal = servers.cut(['h1'], ['d'])
    for (let i = 0; i < 15; i++) servers.say(1, 'PUBLISH', 'news', text)
    heal()
    for (let i = 0; i < 15; i++) servers.say(1, 'PUBLISH', 'news', text)
    expect(got.length).toBe(15)
    expect(metric(servers.world, 'service.redis.1.disconnected')).toBe(0)
  })

  test('a message to n subscribers costs its command, four elements for each, and n writes after the reply', () => {
    const servers = new Servers(1, {}, { latency: { kind: 'constant', value: us(100) } })
    const all = Array.from({ length: 40 }, (_, i) => addSubscriber(servers, `s${i}`, ['SUBSCRIBE', 'news']))
    servers.until(ms(20))
    const asked = servers.ask(1, 'PUBLISH', 'news', 'x')
    servers.until(ms(30))
    const handling = 5556 + 40 * 4 * 127
    expect(asked.reply!.values).toEqual([40])
    expect(asked.latency).toBe(us(200) + handling)
    for (const { got } of all)
      expect(got.map(({ at }) => at)).toEqual([ms(20) + us(200) + handling + 40 * 2608])
  })

  test('what is published at one server of a cluster is published at all', () => {
    const servers = new Servers(3, { cluster: true })
    const all = [1, 2, 3].map((server) =>
      addSubscriber(servers, `s${server}`, ['SUBSCRIBE', 'news'], { server }),
    )
    servers.until(ms(10))
    // Redis, too, says how many there are at this server.
    expect(servers.say(2, 'PUBLISH', 'news', 'x')).toBe(1)
    servers.until(ms(20))
    expect(all.map(({ got }) => texts(got))).toEqual([['x'], ['x'], ['x']])
  })
})

describe('patterns', () => {
  test('match as Redis has them', () => {
    const cases: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
      ['h?llo', 'hello', true],
      ['h?llo', 'hllo', false],
      ['h*llo', 'heeeello', true],
      ['h*llo', 'hllo', true],
      ['h*llo', 'hllp', false],
      ['h[ae]llo', 'hallo', true],
      ['h[ae]llo', 'hillo', false],
      ['h[^e]llo', 'hello', false],
      ['h[^e]llo', 'hallo', true],
      ['h[a-b]llo', 'hbllo', true],
      ['h[b-a]llo', 'hallo', true],
      ['a\\*b', 'a*b', true],
      ['a\\*b', 'axb', false],
      ['a[\\]]b', 'a]b', true],
      ['*', '', true],
      ['', 'a', false],
      ['a*b*c', 'aXbYbZc', true],
      ['[', 'a', false],
    ]
    for (const [pattern, text, matches] of cases)
      expect([pattern, text, globOf(pattern)(text)]).toEqual([pattern, text, matches])
  })

  test('of stars and letters match what the like expression matches', () => {
    const letters = (extra: string) => fc.string({ unit: fc.constantFrom(...`ab${extra}`), maxLength: 8 })
    fc.assert(
      fc.property(letters('*?'), letters(''), (pattern, text) => {
        const like = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
        expect(globOf(pattern)(text)).toBe(like.test(text))
      }),
      { numRuns: 500 },
    )
  })

  test('of many stars take no time to speak of', () => {
    expect(globOf('*a'.repeat(40))('a'.repeat(39))).toBe(false)
    expect(globOf(`${'a*'.repeat(2000)}b`)('a'.repeat(4000))).toBe(false)
  })
})
