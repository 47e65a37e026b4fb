// Health checks: when they come, what they notice and after what time.

import { describe, expect, test } from 'vitest'
import { healthRequest } from '../../src/env/clients/health.ts'
import { RefusedError } from '../../src/env/index.ts'
import { createDistribution } from '../../src/kernel/distributions/registry.ts'
import { minutes, ms, seconds } from '../../src/units.ts'
import type { Container } from '../../src/world/container.ts'
import { type HealthValues, healthParameters } from '../../src/world/container-parameters.ts'
import { restartPolicy } from '../../src/world/container-restart.ts'
import type { ContainerTerms } from '../../src/world/container-terms.ts'
import { Yard } from './container-fixture.ts'
import { makeWorld } from './fixture.ts'
import { Asked, addClient, at, metric } from './services/fixture.ts'

const defaults = Object.fromEntries(
  Object.entries(healthParameters).map(([name, parameter]) => [name, parameter.default]),
) as unknown as HealthValues

/** Checks of no cost unless stated. */
const checked = (given: Partial<HealthValues> = {}): ContainerTerms => ({
  health: { values: { ...defaults, cost: 0, ...given }, request: () => healthRequest },
})

const yard = (cores = 1) => new Yard(makeWorld({ a: { cores }, b: {} }))

/** When its health becomes another, in seconds. */
function changes(here: Yard, until: number): string[] {
  const found: string[] = []
  const container = here.world.processes.get('redis')!.supervisor as Container
  const { healthChanged } = container
  container.healthChanged = (to) => {
    found.push(`${to} at ${here.world.simulation.now / 1e9} s`)
    healthChanged.call(container, to)
  }
  here.run(until)
  return found
}

describe('a check', () => {
  test('comes first after the interval, and its success makes healthy', () => {
    const here = yard()
    here.add('redis', checked())
    expect(changes(here, minutes(2))).toEqual(['healthy at 30 s'])
    expect(metric(here.world, 'container.redis.time-to-healthy.mean')).toBe(seconds(30))
  })

  test('costs core time, which counts neither as interval nor as timeout', () => {
    const here = yard()
    const container = here.add(
      'redis',
      checked({ interval: seconds(10), cost: seconds(2), timeout: seconds(1) }),
    )
    // Begins at 10, 22, 34 … and holds a core for 2 s each time.
    here.run(seconds(48))
    expect(container.health).toBe('healthy')
    expect(metric(here.world, 'host.a.utilisation.mean')).toBeCloseTo(8 / 48, 12)
  })

  test('that cannot start its command within 30 s has failed', () => {
    const here = yard()
    // 40 s of core time.
    const container = here.add('redis', checked({ interval: seconds(10), cost: seconds(40), retries: 2 }))
    // Begins at 10 s and 50 s, given up at 40 s and 80 s.
    here.run(seconds(81))
    expect(container.health).toBe('unhealthy')
    expect(metric(here.world, 'container.redis.unhealthy')).toBe(1)
  })

  test('asks what it is told to ask, and a refusal is a failure', () => {
    const asking = (kind: string) => {
      const here = yard()
      const values = { ...defaults, cost: 0, interval: seconds(1), retries: 1 }
      const container = here.add('redis', { health: { values, request: () => ({ kind }) } })
      container.process.behaviour = {
        ...container.process.behaviour,
        deliver: (request) =>
          request.message.kind === 'ping'
            ? request.reply({ kind: 'pong' })
            : request.refuse(new RefusedError(503, 'loading')),
      }
      here.run(seconds(5))
      return container.health
    }
    expect(asking('ping')).toBe('healthy')
    expect(asking('get')).toBe('unhealthy')
  })
})

describe('the law of detection', () => {
  test.each([
    [seconds(30), seconds(30), 3],
    [seconds(10), seconds(3), 3],
    [seconds(5), seconds(2), 1],
  ])(
    'a process that stands still is unhealthy after the rest of the interval and then retries · timeout + (retries - 1) · interval',
    (interval, timeout, retries) => {
      const here = yard()
      const { process } = here.add('redis', checked({ interval, timeout, retries }))
      // Stuck for good: what it is doing takes a day of core time.
      const client = addClient(here.world, 'b')
      process.behaviour = {
        ...process.behaviour,
        cost: (envelope) => (envelope?.message.kind === 'stick' ? minutes(1440) : 0),
      }
      const stuck = 2 * interval + ms(1000)
      at(here.world, stuck, () => new Asked(client, process, { kind: 'stick' }))
      const next = 3 * interval
      const unhealthy = (next + retries * timeout + (retries - 1) * interval) / 1e9
      expect(changes(here, seconds(600)).at(-1)).toBe(`unhealthy at ${unhealthy} s`)
    },
  )

  test('one that is killed for it is back after its policy’s delay, and healthy an interval later', () => {
    const here = yard()
    // The command of a check is a process of its own and does not stand still with the one it asks.
    const terms = checked({
      interval: seconds(9),
      timeout: seconds(2),
      retries: 2,
      kill: true,
      cost: seconds(1),
    })
    const { process } = here.add('redis', { ...terms, restart: restartPolicy('always') })
    at(here.world, seconds(15), () => void process.pause())
    // The checks at 19 and 31 s, whose commands run a second later, fail after 2 s each.
    expect(changes(here, seconds(60))).toEqual([
      'healthy at 10 s',
      'unhealthy at 34 s',
      'starting at 34.1 s',
      'healthy at 44.1 s',
    ])
    expect(metric(here.world, 'container.redis.restarts')).toBe(1)
  })

  test('one that is busy answers late, and is healthy as long as that is within the timeout', () => {
    const busy = (cost: number) => {
      const here = yard()
      const container = here.add(
        'redis',
        checked({ interval: seconds(10), timeout: seconds(3), retries: 1 }),
        'a',
        cost,
      )
      const client = addClient(here.world, 'b')
      at(here.world, seconds(10) - ms(1), () => new Asked(client, container.process, { kind: 'work' }))
      here.run(seconds(19))
      return container.health
    }
    expect(busy(seconds(3))).toBe('healthy')
    expect(busy(seconds(3) + ms(2))).toBe('unhealthy')
  })

  test('failures count only in a row', () => {
    const here = yard()
    const container = here.add('redis', checked({ interval: seconds(10), timeout: seconds(1), retries: 2 }))
    const { process } = container
    // The checks at 10, 32, 54 s … fail, those between them pass.
    for (const time of [9, 31, 53, 75])
      at(here.world, seconds(time), () => {
        const resume = process.pause()
        at(here.world, seconds(time + 4), resume)
      })
    expect(changes(here, seconds(90))).toEqual(['healthy at 21 s'])
  })

  test('one success makes healthy again', () => {
    const here = yard()
    const container = here.add(
      'redis',
      checked({ interval: seconds(10), timeout: seconds(5), retries: 2 }),
      'a',
      seconds(40),
    )
    const client = addClient(here.world, 'b')
    at(here.world, seconds(19), () => new Asked(client, container.process, { kind: 'work' }))
    // Checks begin at 10, 20, 35, 50 s; the second and third find it busy until 59 s, and so does the fourth; the next is at 65 s.
    expect(changes(here, seconds(100))).toEqual(['healthy at 10 s', 'unhealthy at 40 s', 'healthy at 65 s'])
  })
})

describe('the start period', () => {
  const slow = (given: Partial<HealthValues>) => {
    const here = yard()
    const container = here.add(
      'redis',
      checked({ interval: seconds(30), timeout: seconds(1), retries: 2, ...given }),
      'a',
      seconds(59) + ms(500),
    )
    const client = addClient(here.world, 'b')
    // Busy with itself for the first minute.
    at(here.world, 0, () => new Asked(client, container.process, { kind: 'load' }))
    return changes(here, minutes(3))
  }

  test('counts no failure, and checks more often', () => {
    // At 5 s, then 5 s after the end of each: 11, 17 … 59, and the last is answered half a second later.
    expect(slow({ startPeriod: seconds(90) })).toEqual(['healthy at 59.5 s'])
  })

  test('left out, a slow start is unhealthy before it is healthy', () => {
    // At 30 and 61 s: the second is answered at once.
    expect(slow({})).toEqual(['healthy at 61 s'])
    expect(slow({ interval: seconds(10) })).toEqual(['unhealthy at 22 s', 'healthy at 65 s'])
  })
})

describe('who ends', () => {
  test('is checked no more, and anew when it starts again', () => {
    const here = yard()
    const container = here.add('redis', checked({ interval: seconds(10) }))
    at(here.world, seconds(15), () => container.process.kill())
    at(here.world, seconds(20), () => container.start())
    expect(changes(here, seconds(60))).toEqual(['healthy at 10 s', 'starting at 20 s', 'healthy at 30 s'])
  })

  test('while it is being checked, or with its host, leaves nothing behind', () => {
    const here = yard()
    const container = here.add('redis', checked({ interval: seconds(10), cost: seconds(5) }))
    at(here.world, seconds(12), () => container.process.kill())
    here.run(seconds(60))
    expect(here.world.simulation.pending).toBe(0)
    const other = yard()
    const { process } = other.add('redis', checked({ interval: seconds(10), cost: 0 }), 'a', 0)
    at(other.world, seconds(11), () => process.host.crash())
    other.run(seconds(60))
    expect(other.world.simulation.pending).toBe(0)
  })
})

test('who depends on a checked one starts when that is healthy, not when it runs', () => {
  const here = yard()
  const db = here.add('db', {
    ...checked({ interval: seconds(5) }),
    start: createDistribution({ kind: 'constant', value: seconds(2) }),
  })
  here.add('api', { dependsOn: () => [db] })
  here.run(minutes(1))
  expect(here.log).toEqual(['db begins at 2 s', 'api begins at 7 s'])
})

test('an engine that does not serve checks nothing until it does', () => {
  const here = yard()
  const container = here.add('redis', checked({ interval: seconds(10) }))
  at(here.world, seconds(5), () => container.engine.suspend('down'))
  at(here.world, seconds(35), () => container.engine.resume('down'))
  expect(changes(here, seconds(60))).toEqual(['healthy at 35 s'])
})
