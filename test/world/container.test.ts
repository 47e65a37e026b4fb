// Containers: when they start, what their end is followed by, and whom a taken port, a missing part or a crash of the host keeps down.

import { describe, expect, test } from 'vitest'
import type { Fact } from '../../src/env/index.ts'
import { createDistribution } from '../../src/kernel/distributions/registry.ts'
import { minutes, ms, seconds } from '../../src/units.ts'
import type { Container } from '../../src/world/container.ts'
import { restartPolicy } from '../../src/world/container-restart.ts'
import type { ContainerTerms } from '../../src/world/container-terms.ts'
import { Yard } from './container-fixture.ts'
import { makeWorld } from './fixture.ts'
import { Asked, addClient, at, metric } from './services/fixture.ts'

const yard = () => new Yard(makeWorld({ a: {}, b: {} }))
const always = (value: number) => createDistribution({ kind: 'constant', value })
const restart = (policy: string): ContainerTerms => ({ restart: restartPolicy(policy) })

describe('the start', () => {
  test('is with the run, where nothing is said', () => {
    const here = yard()
    const container = here.add('redis')
    here.run(seconds(1))
    expect(here.log).toEqual(['redis begins at 0 s'])
    expect(container.state).toBe('running')
  })

  test('takes its time, and until then connections are refused', () => {
    const here = yard()
    const { process } = here.add('redis', { startsAt: seconds(2), start: always(ms(500)) })
    const client = addClient(here.world, 'b')
    const asked: Asked[] = []
    for (const time of [ms(2400), ms(2600)])
      at(here.world, time, () => asked.push(new Asked(client, process, { kind: 'get' })))
    here.run(seconds(5))
    expect(here.log).toEqual(['redis begins at 2.5 s'])
    expect(asked.map(({ error }) => error === undefined)).toEqual([false, true])
    // Down for 2.5 of 5 s.
    expect(metric(here.world, 'container.redis.availability.mean')).toBe(0.5)
  })

  test('waits for whom it depends on, one after the other', () => {
    const here = yard()
    const others: Container[] = []
    here.add('api', { dependsOn: () => others, start: always(seconds(1)) })
    others.push(here.add('db', { startsAt: seconds(3), start: always(seconds(2)) }), here.add('cache'))
    here.run(seconds(10))
    expect(here.log).toEqual(['cache begins at 0 s', 'db begins at 5 s', 'api begins at 6 s'])
  })

  test('is called off by a stop while it still waits', () => {
    const here = yard()
    const db = here.add('db', { startsAt: seconds(3) })
    const api = here.add('api', { dependsOn: () => [db] })
    at(here.world, seconds(1), () => api.stop(0, () => {}))
    here.run(seconds(10))
    expect(here.log).toEqual(['db begins at 3 s'])
  })

  test('does not come by itself where somebody else has to start it', () => {
    const here = yard()
    const container = here.add('spare', { autostart: false })
    at(here.world, seconds(4), () => container.start())
    here.run(seconds(3))
    expect([container.state, here.log.length]).toEqual(['created', 0])
    here.on(seconds(10))
    expect(here.log).toEqual(['spare begins at 4 s'])
  })

  test('of a process that misses what it needs ends at once, and again, until that is there', () => {
    const here = yard()
    const db: Container[] = []
    const api = here.add('api', { ...restart('on-failure'), needs: () => db })
    db.push(here.add('db', { startsAt: seconds(1) }))
    here.run(minutes(1))
    // Begins at 0, 0.1, 0.3, 0.7 and 1.5 s; by then there is a db.
    expect(here.log.map((line) => line.replace('begins at ', ''))).toEqual([
      'api 0 s',
      'api 0.1 s',
      'api 0.3 s',
      'api 0.7 s',
      'db 1 s',
      'api 1.5 s',
    ])
    expect([api.state, api.restarts]).toEqual(['running', 4])
  })
})

describe('restarts', () => {
  /** When it began, in seconds. */
  const begins = (here: Yard, until: number): number[] => {
    here.run(until)
    return here.log.map((line) => Number(/at (.*) s/.exec(line)![1]))
  }

  test('of a loop come later and later, as Docker has them', () => {
    const here = yard()
    here.add('redis', { ...restart('always'), exitAfter: always(ms(500)), start: always(ms(250)) })
    const times = begins(here, minutes(10))
    const pauses = times.slice(1).map((time, i) => Math.round((time - times[i]!) * 1000) - 750)
    expect(pauses.slice(0, 12)).toEqual([
      100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000,
    ])
  })

  test('an hour of a loop has as many as its pauses leave room for', () => {
    const here = yard()
    here.add('redis', { ...restart('unless-stopped'), exitAfter: always(seconds(2)), start: always(ms(500)) })
    const count = begins(here, minutes(60)).length - 1
    // The n-th restart comes after n lives of 2 s, n + 1 starts of 0.5 s and pauses of 0.1 · (2^n - 1) s, the first ten of them
    // below a minute: 10 · 2.5 + 102.3 = 127.3 s, and then one each 62.5 s.
    expect(count).toBe(10 + Math.floor((3600 - 0.5 - 127.3) / 62.5))
    // One more is on its way.
    expect(metric(here.world, 'container.redis.restarts')).toBe(count + 1)
    expect(metric(here.world, 'container.redis.restart-delay.max')).toBe(minutes(1))
  })

  test('end where the policy gives up', () => {
    const here = yard()
    const container = here.add('job', { ...restart('on-failure:3'), exitAfter: always(ms(100)) })
    expect(begins(here, minutes(10))).toHaveLength(4)
    expect([container.state, container.exitCode]).toEqual(['exited', 1])
  })

  test('do not follow an end without failure, where the policy asks for one', () => {
    const here = yard()
    const job = here.add('job', { ...restart('on-failure'), exitAfter: always(ms(100)), exitCode: 0 })
    expect(begins(here, minutes(10))).toHaveLength(1)
    expect([job.state, job.exitCode]).toEqual(['exited', 0])
  })

  test('follow a kill from outside, whose code is 137, and not one that asked the engine', () => {
    const here = yard()
    const killed = here.add('killed', restart('always'))
    const stopped = here.add('stopped', restart('always'))
    at(here.world, seconds(20), () => killed.process.kill())
    at(here.world, seconds(20), () => stopped.kill())
    here.run(seconds(60))
    expect(here.log).toEqual(['killed begins at 0 s', 'stopped begins at 0 s', 'killed begins at 20.1 s'])
    expect([killed, stopped].map(({ exitCode, state }) => [exitCode, state])).toEqual([
      [137, 'running'],
      [137, 'exited'],
    ])
  })

  test('and starts by hand do not come twice', () => {
    const here = yard()
    const container = here.add('redis', restart('always'))
    at(here.world, seconds(1), () => container.process.kill())
    at(here.world, seconds(1) + ms(50), () => container.start())
    here.run(seconds(60))
    expect(here.log).toEqual(['redis begins at 0 s', 'redis begins at 1.05 s'])
  })

  test('are given a share of time that follows from life and delay', () => {
    const here = yard()
    here.add('redis', { ...restart('always'), exitAfter: always(seconds(30)), start: always(ms(5900)) })
    here.run(seconds(36 * 100))
    // Lives of 30 s, pauses of 0.1 + 5.9 s.
    expect(metric(here.world, 'container.redis.availability.mean')).toBeCloseTo(30 / 36, 12)
  })
})

describe('want of memory', () => {
  test('is counted, and followed as any failure', () => {
    const here = yard()
    const container = here.add('redis', restart('on-failure'))
    at(here.world, seconds(20), () => container.process.kill('out-of-memory'))
    here.run(seconds(20) + ms(50))
    expect([container.oomKilled, container.exitCode, container.state]).toEqual([true, 137, 'restarting'])
    expect(metric(here.world, 'container.redis.oom-kills')).toBe(1)
    here.on(seconds(30))
    expect([container.oomKilled, container.state]).toEqual([false, 'running'])
  })
})

describe('stopping', () => {
  const stopping = (stopTime: number, grace: number) => {
    const here = yard()
    const container = here.add('redis', { ...restart('always'), stopTime: always(stopTime) })
    let ended = -1
    at(here.world, seconds(5), () => container.stop(grace, () => (ended = here.world.simulation.now)))
    here.run(minutes(2))
    return { here, container, ended: ended / 1e9 }
  }

  test('lets it end by itself within the grace, and it stays down', () => {
    const { here, container, ended } = stopping(seconds(3), seconds(10))
    expect([ended, container.exitCode, container.state, here.log.length]).toEqual([8, 143, 'exited', 1])
  })

  test('kills it when the grace is over', () => {
    const { container, ended } = stopping(seconds(30), seconds(10))
    expect([ended, container.exitCode]).toEqual([15, 137])
  })

  test('calls off a restart that was to come, and a start that was under way', () => {
    const here = yard()
    const looping = here.add('looping', restart('always'))
    const starting = here.add('starting', { start: always(seconds(10)) })
    const killed = here.add('killed', restart('always'))
    for (const { process } of [looping, killed]) at(here.world, seconds(1), () => process.kill())
    at(here.world, seconds(1) + ms(50), () => killed.kill())
    for (const container of [looping, starting])
      at(here.world, seconds(1) + ms(50), () => container.stop(0, () => here.log.push('stopped')))
    here.run(minutes(2))
    expect(here.log).toEqual(['looping begins at 0 s', 'killed begins at 0 s', 'stopped', 'stopped'])
    expect([looping, starting, killed].map(({ state }) => state)).toEqual(['exited', 'exited', 'exited'])
  })
})

describe('ports', () => {
  const heard = (here: Yard): string[] => {
    const facts: string[] = []
    here.world.listener = {
      said: (now, process, fact: Fact) => {
        if (fact.fact === 'bound' || fact.fact === 'unbound')
          facts.push(`${process.name} ${fact.fact} ${fact.port} at ${now / 1e9} s`)
      },
    }
    return facts
  }

  test('that are taken keep the second container down, for good, whatever its policy', () => {
    const here = yard()
    const facts = heard(here)
    const first = here.add('kong', { ports: [8000, 8080] })
    const second = here.add('backend', { ...restart('always'), ports: [8080, 9000] })
    here.run(minutes(10))
    expect([first.state, second.state]).toEqual(['running', 'created'])
    expect(second.error).toBe('Bind for 0.0.0.0:8080 failed: port is already allocated (by kong)')
    expect(metric(here.world, 'container.backend.port-conflicts')).toBe(1)
    // All or none.
    expect(facts).toEqual(['kong bound 8000 at 0 s', 'kong bound 8080 at 0 s'])
  })

  test('of another host are other ports', () => {
    const here = yard()
    const first = here.add('kong', { ports: [8080] })
    const second = here.add('backend', { ports: [8080] }, 'b')
    here.run(1)
    expect([first.state, second.state]).toEqual(['running', 'running'])
  })

  test('are given back at the end: who comes in between has them, and the restart finds them taken', () => {
    const here = yard()
    const facts = heard(here)
    const first = here.add('kong', { ...restart('always'), ports: [8080] })
    const second = here.add('backend', { ports: [8080], startsAt: seconds(5) + ms(50) })
    at(here.world, seconds(5), () => first.process.kill())
    here.run(minutes(1))
    expect([first.state, second.state]).toEqual(['exited', 'running'])
    expect(facts).toEqual([
      'kong bound 8080 at 0 s',
      'kong unbound 8080 at 5 s',
      'backend bound 8080 at 5.05 s',
    ])
  })
})

describe('a crash of the host', () => {
  const crash = (terms: ContainerTerms, before: (container: Container) => void = () => {}) => {
    const here = yard()
    const container = here.add('redis', terms)
    at(here.world, seconds(5), () => before(container))
    at(here.world, seconds(10), () => container.process.host.crash())
    at(here.world, seconds(20), () => container.process.host.restart())
    here.run(seconds(40))
    return { here, container, again: here.log.length > 1 }
  }

  test('is followed by a start with the host, where nothing is said', () => {
    const { here, again } = crash({})
    expect(again).toBe(true)
    // Up from 0 to 10 and from 20 to 40 s.
    expect(metric(here.world, 'container.redis.availability.mean')).toBe(0.75)
  })

  test('leaves down what is not to be restarted', () => {
    const { container, again } = crash(restart('no'))
    expect([again, container.state, container.exitCode]).toEqual([false, 'exited', 255])
  })

  test('brings back the others, but not what was stopped, unless it is always', () => {
    const stop = (container: Container) => container.stop(0, () => {})
    expect(crash(restart('unless-stopped')).again).toBe(true)
    expect(crash(restart('on-failure')).again).toBe(true)
    expect(crash(restart('unless-stopped'), stop).again).toBe(false)
    expect(crash(restart('always'), stop).again).toBe(true)
    expect(crash({}, stop).again).toBe(false)
  })

  test('calls off what was to come: a restart, a start, an end', () => {
    const { here } = crash({ ...restart('no'), exitAfter: always(seconds(15)), start: always(seconds(1)) })
    expect(here.log).toEqual(['redis begins at 1 s'])
    expect(here.world.simulation.pending).toBe(0)
  })

  test('gives back the ports, which it takes again', () => {
    const { container, again } = crash({ ports: [8080] })
    expect([again, container.state]).toEqual([true, 'running'])
  })
})

test('whoever starts the process without asking its container has it all the same', () => {
  const here = yard()
  const container = here.add('redis', { ports: [8080], exitAfter: always(seconds(10)) })
  at(here.world, seconds(2), () => container.process.kill())
  at(here.world, seconds(4), () => container.process.start())
  here.run(seconds(9))
  expect([container.state, container.startedAt]).toEqual(['running', seconds(4)])
  expect(container.engine.ownerOf(8080)).toBe(container)
  here.on(seconds(20))
  // Its end belongs to its second life.
  expect([container.state, container.exitCode]).toEqual(['exited', 1])
  // 0 to 2 and 4 to 14 s.
  expect(metric(here.world, 'container.redis.availability.mean')).toBeCloseTo(12 / 20, 12)
})

test('an engine that does not serve restarts nothing until it does', () => {
  const here = yard()
  const container = here.add('redis', restart('always'))
  at(here.world, seconds(1), () => container.engine.suspend('hang'))
  at(here.world, seconds(2), () => container.process.kill())
  at(here.world, seconds(9), () => container.engine.resume('hang'))
  here.run(minutes(1))
  expect(here.log).toEqual(['redis begins at 0 s', 'redis begins at 9 s'])
})
