// Kong with Consul: who is found, for how long that counts, and what happens when nobody is, or Consul is not there.

import { describe, expect, test } from 'vitest'
import type { HttpReply } from '../../../../src/env/index.ts'
import { minutes, ms, seconds } from '../../../../src/units.ts'
import { type Asked, at } from '../fixture.ts'
import { CHECK_FIELDS, makeGateway, statuses, type Terms } from './fixture.ts'

/** Consul knows all, as all have passed a check. */
function settled(terms: Terms = {}) {
  const gateway = makeGateway({ check: {}, ...terms })
  gateway.run(seconds(60))
  return gateway
}

test('the fixture gives a check all it has', () => {
  expect(CHECK_FIELDS.toSorted()).toEqual([
    'deregisterAfter',
    'failuresBeforeCritical',
    'interval',
    'path',
    'successBeforePassing',
    'timeout',
    'type',
  ])
})

test('with a time to live of 0 each request asks Consul and waits for it, those that come together for one answer', () => {
  const { run, ask, count, served } = settled({ backends: 3 })
  const before = count('lookups')!
  const asked = [ask(), ask(), ask()]
  run(seconds(1))
  expect(statuses(asked)).toEqual([200, 200, 200])
  expect(served()).toEqual([1, 1, 1])
  expect(count('lookups')! - before).toBe(1)
  for (const { latency, account } of asked) {
    // The backends' 14 ms, and 2 ms to Consul and back.
    expect(latency).toBe(ms(16))
    expect(account.total).toBe(latency)
  }
})

test('with a time to live it asks in the background, half a second after that has passed', () => {
  const { run, ask, count } = settled({ kong: { dnsTtl: seconds(10) } })
  const before = count('lookups')!
  run(minutes(7))
  // Every 10.5 s and 2 ms.
  expect(count('lookups')! - before).toBe(40)
  const asked = ask()
  run(seconds(1))
  expect(asked.latency).toBe(ms(14))
})

describe('a backend that dies', () => {
  /** A request every 100 ms; in which seconds after the death one failed, or was tried again. */
  const dies = (terms: Terms, how: 'kill' | 'hang') => {
    const gateway = settled({ backends: 3, ...terms })
    const { world, backends, ask, run, count } = gateway
    const died = world.simulation.now
    const asked: Asked<HttpReply>[] = []
    for (let i = 0; i < 600; i++) at(world, died + ms(100 * i), () => asked.push(ask()))
    if (how === 'kill') backends[0]!.kill()
    else backends[0]!.behaviour.fault!('hang')
    run(minutes(2))
    const failed = asked.filter(({ error }) => error)
    const slow = asked.filter(({ latency }) => latency > ms(500))
    const last = (some: readonly Asked<HttpReply>[]) =>
      Math.max(0, ...some.map(({ sentAt }) => sentAt - died)) / seconds(1)
    return { asked, failed, slow, last, retries: count('retries')! }
  }

  test('costs a further try until its check says so: interval at the latest', () => {
    const { failed, retries } = dies({}, 'kill')
    expect(failed).toHaveLength(0)
    // Every second of 10 requests a second, as a further try takes a turn too; for 10 s at the most.
    expect(retries).toBeGreaterThan(0)
    expect(retries).toBeLessThan(52)
  })

  test('and hangs costs time until then, and longer where an answer of Consul counts for long', () => {
    const atOnce = dies({ service: { readTimeout: seconds(1) } }, 'hang')
    expect(atOnce.failed).toHaveLength(0)
    expect(atOnce.slow.length).toBeGreaterThan(10)
    // Interval and timeout of the check.
    expect(atOnce.last(atOnce.slow)).toBeLessThan(13.2)
    const late = dies({ service: { readTimeout: seconds(1) }, kong: { dnsTtl: seconds(20) } }, 'hang')
    expect(late.last(late.slow)).toBeLessThan(13.2 + 20.6)
    expect(late.slow.length).toBeGreaterThan(atOnce.slow.length)
  })
})

test('where nobody serves the answer is 503, and that counts for 30 s, whoever comes meanwhile', () => {
  const { world, backends, ask, run, count } = settled({ backends: 1 })
  backends[0]!.kill()
  run(seconds(12))
  const first = ask()
  run(seconds(1))
  expect(statuses([first])).toEqual([503])
  expect(first.latency).toBe(ms(4))
  const known = world.simulation.now
  const lookups = count('lookups')!
  backends[0]!.start()
  const asked: Asked<HttpReply>[] = []
  for (let i = 0; i < 50; i++) at(world, known + seconds(i), () => asked.push(ask()))
  run(seconds(60))
  const back = statuses(asked).indexOf(200)
  expect(back).toBeGreaterThanOrEqual(29)
  expect(back).toBeLessThan(32)
  expect(
    statuses(asked)
      .slice(back)
      .every((status) => status === 200),
  ).toBe(true)
  expect(count('lookups')! - lookups).toBe(50 - back)
})

describe('Consul itself', () => {
  test('gone, with a time to live of 0, takes everything with it; and all is well when it is back', () => {
    const { agent, ask, run } = settled()
    agent.kill()
    const asked = ask()
    run(seconds(1))
    // Five questions, each refused.
    expect([statuses([asked]), asked.latency]).toEqual([[503], ms(2 + 5 * 2)])
    expect(asked.account.total).toBe(asked.latency)
    agent.start()
    run(seconds(60))
    const later = ask()
    run(seconds(1))
    expect(statuses([later])).toEqual([200])
  })

  test('silent, is waited for: five times two seconds', () => {
    const { world, agent, ask, run } = settled()
    world.network.cut({ from: new Set([world.hosts.get('front')!]), to: new Set([agent.host]), both: true })
    const asked = ask()
    run(seconds(20))
    expect([statuses([asked]), asked.latency]).toEqual([[503], seconds(10) + ms(2)])
  })

  test('gone, is not missed for an hour where its answers have a time to live', () => {
    const { agent, ask, run } = settled({ kong: { dnsTtl: seconds(10), dnsStaleTtl: minutes(5) } })
    agent.kill()
    run(minutes(4))
    const asked = ask()
    run(minutes(2))
    const later = ask()
    run(minutes(1))
    expect(statuses([asked, later])).toEqual([200, 503])
    agent.start()
    run(minutes(1))
    const again = ask()
    run(seconds(1))
    expect(statuses([again])).toEqual([200])
  })
})

test('a target keeps its health from one answer to the next, also where others have gone', () => {
  const { backends, ask, run, count } = settled({
    backends: 3,
    service: { passive: { httpFailures: 1 } },
    kong: { dnsTtl: seconds(5) },
  })
  backends[0]!.behaviour.fault!('errors')
  const asked = [ask(), ask(), ask(), ask()]
  run(seconds(1))
  backends[2]!.kill()
  run(seconds(30))
  const later = [ask(), ask(), ask(), ask()]
  run(seconds(1))
  expect(statuses(asked)).toContain(500)
  expect(statuses(later)).toEqual([200, 200, 200, 200])
  expect(count('unhealthy')).toBe(1)
})
