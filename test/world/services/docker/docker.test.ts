// The Docker engine: what it does to containers, what an exec costs and leaves behind, what its absence means.

import { describe, expect, test } from 'vitest'
import type {
  ContainerReply,
  DockerRequest,
  ExecReply,
  ListReply,
  PullReply,
  ReapReply,
  StatsReply,
  TopReply,
  UpdateReply,
} from '../../../../src/env/clients/docker.ts'
import { healthRequest } from '../../../../src/env/clients/health.ts'
import { COMPUTE, CORE, type Fact, type Message, QUEUE, SERVICE } from '../../../../src/env/index.ts'
import { createDistribution } from '../../../../src/kernel/distributions/registry.ts'
import { minutes, ms, seconds, us } from '../../../../src/units.ts'
import type { Container } from '../../../../src/world/container.ts'
import { type HealthValues, healthParameters } from '../../../../src/world/container-parameters.ts'
import { restartPolicy } from '../../../../src/world/container-restart.ts'
import type { Process } from '../../../../src/world/process.ts'
import { ServiceBehaviour, ServiceContext } from '../../../../src/world/service.ts'
import { docker as definition } from '../../../../src/world/services/docker/docker.ts'
import { Yard } from '../../container-fixture.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, at, metric, valuesOf } from '../fixture.ts'

const constant = (value: number) => ({ kind: 'constant', value })
const always = (value: number) => createDistribution(constant(value))

/** An engine on host `a`, whose exec takes 200 ms of a core, and someone on host `b` who asks. */
class Stage extends Yard {
  readonly engine: Process
  readonly client: Process
  readonly asked: Asked[] = []

  constructor(values: Readonly<Record<string, unknown>> = {}, cores = 4) {
    super(makeWorld({ a: { cores }, b: {}, c: { cores } }))
    const { world } = this
    this.engine = world.addProcess(world.hosts.get('a')!, 'docker', 'docker')
    const context = new ServiceContext(this.engine, world.recorder, definition.metrics)
    const given = valuesOf(definition, { cost: 0, exec: constant(ms(200)), ...values })
    this.engine.behaviour = new ServiceBehaviour(() => definition.create(context, given), definition.faults)
    this.around(this.engine, this.engine.host, { restart: restartPolicy('always') })
    this.client = addClient(world, 'b')
  }

  ask(time: number, request: DockerRequest, timeout = minutes(60), from = this.client): void {
    at(this.world, time, () => this.asked.push(new Asked(from, this.engine, request, { timeout })))
  }

  /** What came of the i-th request. */
  reply<R extends Message>(i: number): R {
    const { reply, error } = this.asked[i]!
    if (!reply) throw new Error(`no reply: ${error}`)
    return reply as R
  }

  refusals(): (readonly [number | undefined, string] | undefined)[] {
    return this.asked.map(({ error }) => error && ([error.status, error.message] as const))
  }
}

describe('exec', () => {
  const exec = { kind: 'docker.exec', container: 'redis' } as const

  test('takes its core time, then the command’s, then its time', () => {
    const stage = new Stage()
    stage.add('redis')
    stage.ask(0, { ...exec, cost: ms(50), time: ms(300) })
    stage.run(seconds(10))
    expect(stage.asked[0]!.latency).toBe(ms(550))
    expect(stage.reply<ExecReply>(0)).toMatchObject({ exec: 'redis/exec-1', exitCode: 0 })
    const { parts } = stage.asked[0]!.account
    expect([parts[COMPUTE], parts[CORE], parts[SERVICE]]).toEqual([ms(250), 0, ms(300)])
  })

  test('takes longer the more of them share the cores: 0.2 s alone, a second for twenty on four', () => {
    const of = (count: number) => {
      const stage = new Stage()
      stage.add('redis')
      for (let i = 0; i < count; i++) stage.ask(0, exec)
      stage.run(seconds(60))
      return stage.asked.map(({ latency }) => latency)
    }
    expect(of(1)).toEqual([ms(200)])
    expect(of(4).every((latency) => latency === ms(200))).toBe(true)
    // 20 · 0.2 s / 4
    expect(of(20).every((latency) => latency === seconds(1))).toBe(true)
  })

  test('is published to take 0.1 to 0.4 s on a host that has cores to spare, seconds on a loaded one', () => {
    const at4Cores = (load: number) => {
      const stage = new Stage({ exec: definition.parameters.exec.default })
      const { process } = stage.add('redis')
      for (let i = 0; i < load; i++) {
        const worker = stage.add(`worker-${i}`)
        at(stage.world, 0, () =>
          worker.process.host.cpu.run(worker.process.cpuGroup, minutes(60), { computed() {} }),
        )
      }
      for (let i = 0; i < 200; i++)
        stage.ask(seconds(20) * i, { kind: 'docker.exec', container: process.name })
      stage.run(minutes(70))
      return stage.asked.map(({ latency }) => latency / 1e9).sort((a, b) => a - b)
    }
    const idle = at4Cores(0)
    expect(idle[0]).toBeGreaterThanOrEqual(0.1)
    expect(idle.at(-1)).toBeLessThanOrEqual(0.4)
    // Ten times as many threads as cores: 41 / 4 as long.
    const loaded = at4Cores(40)
    expect(loaded[100]! / idle[100]!).toBeCloseTo(41 / 4, 2)
    expect(loaded[100]).toBeGreaterThan(2)
  })

  test('is refused for what there is not, and for what does not run', () => {
    const stage = new Stage()
    stage.add('spare', { autostart: false })
    stage.ask(0, { kind: 'docker.exec', container: 'radis' })
    stage.ask(0, { kind: 'docker.exec', container: 'spare' })
    stage.ask(0, { kind: 'docker.exec', container: 'client' })
    stage.run(seconds(1))
    expect(stage.refusals()).toEqual([
      [404, 'No such container: radis'],
      [409, 'Container spare is not running'],
      [404, 'No such container: client'],
    ])
  })

  test('ends with its container, by 137, and is refused if that ends before it runs', () => {
    const stage = new Stage()
    const { process } = stage.add('redis')
    stage.ask(0, { ...exec, time: minutes(5) })
    stage.ask(0, { ...exec, cost: minutes(5) })
    stage.ask(seconds(1) - ms(100), exec)
    at(stage.world, seconds(1), () => process.kill())
    stage.run(minutes(10))
    expect([stage.reply<ExecReply>(0).exitCode, stage.reply<ExecReply>(1).exitCode]).toEqual([137, 137])
    expect(stage.asked.slice(0, 2).map(({ endedAt }) => endedAt)).toEqual([seconds(1), seconds(1)])
    expect(stage.refusals()[2]).toEqual([409, 'Container redis is not running'])
  })

  test('is not begun in the next life of its container either', () => {
    const stage = new Stage()
    const container = stage.add('redis')
    stage.ask(0, exec)
    at(stage.world, ms(50), () => container.process.kill())
    at(stage.world, ms(60), () => container.start())
    stage.run(seconds(1))
    expect(container.state).toBe('running')
    expect(stage.refusals()).toEqual([[409, 'Container redis is not running']])
  })

  test('holds memory within the container’s limit, and gives it back', () => {
    const stage = new Stage()
    const { process } = stage.add('redis')
    process.memory.limit = 1000
    stage.ask(0, { ...exec, time: seconds(1), memory: 600 })
    stage.ask(ms(10), { ...exec, time: seconds(1), memory: 600 })
    const used: number[] = []
    at(stage.world, ms(500), () => used.push(process.memory.used))
    stage.run(seconds(10))
    expect([stage.reply<ExecReply>(0).exitCode, stage.reply<ExecReply>(1).exitCode]).toEqual([0, 137])
    expect([...used, process.memory.used]).toEqual([600, 0])
  })

  test('detached, is answered as soon as it runs', () => {
    const stage = new Stage()
    stage.add('redis')
    stage.ask(0, { ...exec, time: minutes(5), detach: true })
    stage.ask(seconds(1), { kind: 'docker.top' })
    stage.run(minutes(10))
    expect([stage.asked[0]!.latency, stage.reply<ExecReply>(0).exitCode]).toEqual([ms(200), null])
    expect(stage.reply<TopReply>(1).processes).toMatchObject([{ exec: 'redis/exec-1', orphaned: false }])
  })
})

describe('an exec whose caller has gone', () => {
  const long = { kind: 'docker.exec', container: 'redis', time: minutes(5), memory: 100 } as const

  test('runs on as an orphan until it ends, or somebody reaps it', () => {
    const stage = new Stage()
    const { process } = stage.add('redis')
    const facts: string[] = []
    stage.world.listener = {
      said: (now, by, fact: Fact) => {
        if (fact.fact === 'spawned' || fact.fact === 'reaped')
          facts.push(`${by.name}: ${fact.fact} ${fact.child} at ${now / 1e9} s`)
      },
    }
    for (const time of [0, 1, 2]) stage.ask(seconds(time), long, seconds(30))
    stage.ask(seconds(100), { kind: 'docker.top', container: 'redis' })
    stage.ask(seconds(110), { kind: 'docker.reap', exec: 'redis/exec-2' })
    stage.ask(seconds(120), { kind: 'docker.reap' })
    stage.ask(seconds(130), { kind: 'docker.reap' })
    stage.run(seconds(140))
    expect(stage.reply<TopReply>(3).processes.map(({ exec, orphaned }) => [exec, orphaned])).toEqual([
      ['redis/exec-1', true],
      ['redis/exec-2', true],
      ['redis/exec-3', true],
    ])
    expect([4, 5, 6].map((i) => stage.reply<ReapReply>(i).processes)).toEqual([1, 2, 0])
    expect(facts).toEqual([
      'client: spawned redis/exec-1 at 0.2 s',
      'client: spawned redis/exec-2 at 1.2 s',
      'client: spawned redis/exec-3 at 2.2 s',
      'redis: reaped redis/exec-2 at 110 s',
      'redis: reaped redis/exec-1 at 120 s',
      'redis: reaped redis/exec-3 at 120 s',
    ])
    expect(process.memory.used).toBe(0)
    expect(metric(stage.world, 'service.docker.orphaned')).toBe(3)
    expect(metric(stage.world, 'service.docker.orphans.max')).toBe(3)
  })

  test('is not even started if it had not been yet', () => {
    const stage = new Stage()
    stage.add('redis')
    stage.ask(0, long, ms(100))
    stage.run(seconds(10))
    expect(metric(stage.world, 'service.docker.execs')).toBe(0)
    expect(metric(stage.world, 'host.a.utilisation.mean')).toBeCloseTo(0.1 / 4 / 10, 12)
  })
})

describe('the life of a container', () => {
  test('is started, stopped and restarted; what that takes is core time, file systems and the grace', () => {
    const stage = new Stage()
    stage.add('redis', { autostart: false, stopTime: always(seconds(3)) })
    const container = { container: 'redis' } as const
    stage.ask(0, { kind: 'docker.start', ...container })
    stage.ask(seconds(10), { kind: 'docker.stop', ...container })
    stage.ask(seconds(20), { kind: 'docker.start', ...container })
    stage.ask(seconds(30), { kind: 'docker.restart', ...container, grace: seconds(1) })
    stage.ask(seconds(40), { kind: 'docker.kill', ...container })
    stage.ask(seconds(50), { kind: 'docker.inspect', ...container })
    stage.run(minutes(1))
    // 0.1 s of a core and 0.47 s; SIGTERM takes 3 s; the restart's grace is over after 1 s.
    expect(stage.asked.map(({ latency }) => latency / 1e6)).toEqual([570, 3000, 570, 1570, 0, 0])
    expect(
      [0, 1, 2, 3, 4, 5]
        .map((i) => stage.reply<ContainerReply>(i))
        .map(({ state, exitCode }) => [state, exitCode]),
    ).toEqual([
      ['running', 0],
      ['exited', 143],
      ['running', 143],
      ['running', 137],
      ['exited', 137],
      ['exited', 137],
    ])
  })

  test('waits for the process where its own start takes time', () => {
    const stage = new Stage({ startTime: constant(0), startCost: 0 })
    stage.add('redis', { autostart: false, start: always(seconds(7)) })
    stage.ask(0, { kind: 'docker.start', container: 'redis' })
    stage.run(minutes(1))
    expect(stage.asked[0]!.latency).toBe(seconds(7))
  })

  test('cannot begin on a port that is taken', () => {
    const stage = new Stage()
    stage.add('kong', { ports: [8080] })
    stage.add('backend', { ports: [8080], autostart: false })
    stage.ask(0, { kind: 'docker.start', container: 'backend' })
    stage.run(seconds(10))
    expect(stage.refusals()).toEqual([
      [500, 'Bind for 0.0.0.0:8080 failed: port is already allocated (by kong)'],
    ])
  })

  test('is removed and created anew, but not while it runs', () => {
    const stage = new Stage()
    stage.add('redis')
    const kinds = [
      'docker.remove',
      'docker.create',
      'docker.kill',
      'docker.remove',
      'docker.start',
      'docker.create',
    ] as const
    for (const [i, kind] of kinds.entries()) stage.ask(seconds(i), { kind, container: 'redis' })
    stage.ask(seconds(6), { kind: 'docker.start', container: 'redis' })
    stage.run(seconds(10))
    expect(stage.refusals().map((refusal) => refusal?.[1])).toEqual([
      'Container redis is running',
      'The container name redis is already in use',
      undefined,
      undefined,
      'No such container: redis',
      undefined,
      undefined,
    ])
    expect(stage.reply<ContainerReply>(6).state).toBe('running')
  })

  test('is seen by ps and stats', () => {
    const stage = new Stage()
    const { process } = stage.add('redis', { baseMemory: 300 })
    process.memory.limit = 500
    stage.add('loop', { restart: restartPolicy('always'), exitAfter: always(0) })
    stage.add('elsewhere', {}, 'c')
    stage.ask(seconds(1), { kind: 'docker.ps' })
    stage.ask(seconds(1), { kind: 'docker.stats', container: 'redis' })
    stage.run(seconds(2))
    const { containers } = stage.reply<ListReply>(0)
    expect(
      containers.map(({ container, state, health, restarts }) => [container, state, health, restarts]),
    ).toEqual([
      ['redis', 'running', 'none', 0],
      // At 0, 0.1, 0.3 and 0.7 s; the next is at 1.5.
      ['loop', 'restarting', 'none', 4],
    ])
    expect(stage.reply<StatsReply>(1)).toMatchObject({ memoryBytes: 300, memoryLimitBytes: 500 })
  })

  test('is in the hands of a manager on another host, where it is told so', () => {
    const stage = new Stage({ hosts: [{ name: 'a' }, { name: 'c' }] })
    stage.add('elsewhere', {}, 'c')
    stage.ask(0, { kind: 'docker.exec', container: 'elsewhere' })
    stage.run(seconds(2))
    expect(stage.reply<ExecReply>(0).exitCode).toBe(0)
    // On the cores of the container's host.
    expect(metric(stage.world, 'host.c.utilisation.mean')).toBeCloseTo(0.2 / 4 / 2, 12)
  })
})

describe('concurrency', () => {
  test('is without limit, or more wait in their order and the wait is their queue', () => {
    const stage = new Stage({ concurrency: 1 })
    stage.add('redis')
    for (let i = 0; i < 3; i++) stage.ask(0, { kind: 'docker.exec', container: 'redis', time: seconds(10) })
    stage.run(minutes(1))
    // A place is held until the command runs.
    expect(stage.asked.map(({ latency }) => latency / 1e6)).toEqual([10_200, 10_400, 10_600])
    expect(stage.asked.map(({ account }) => account.parts[QUEUE]! / 1e6)).toEqual([0, 200, 400])
    expect(stage.asked.map(({ account }) => account.parts[CORE])).toEqual([0, 0, 0])
    expect(metric(stage.world, 'service.docker.queue.max')).toBe(2)
  })

  test('counts whatever is asked, until it is answered', () => {
    const stage = new Stage({ concurrency: 1 })
    stage.add('one', { autostart: false })
    stage.add('two', { autostart: false })
    stage.ask(0, { kind: 'docker.start', container: 'one' })
    stage.ask(0, { kind: 'docker.inspect', container: 'three' })
    stage.ask(0, { kind: 'docker.start', container: 'two' })
    stage.run(minutes(1))
    expect(stage.asked.map(({ latency }) => latency / 1e6)).toEqual([570, 570, 1140])
  })

  test('leaves a place to whoever comes next, if one who waits gives up', () => {
    const stage = new Stage({ concurrency: 1 })
    stage.add('redis')
    stage.ask(0, { kind: 'docker.exec', container: 'redis' })
    stage.ask(0, { kind: 'docker.exec', container: 'redis' }, ms(100))
    stage.ask(0, { kind: 'docker.exec', container: 'redis' })
    stage.run(minutes(1))
    expect(stage.asked.map(({ latency }) => latency / 1e6)).toEqual([200, 100, 400])
  })
})

describe('an engine that hangs', () => {
  const hang = (stage: Stage, from: number, until: number) => {
    let end = () => {}
    at(stage.world, from, () => {
      end = stage.engine.behaviour.fault!('hang')
    })
    at(stage.world, until, () => end())
  }

  test('answers when that is over, and does nothing for those who have gone', () => {
    const stage = new Stage()
    stage.add('redis')
    hang(stage, seconds(1), seconds(61))
    stage.ask(seconds(2), { kind: 'docker.exec', container: 'redis' })
    stage.ask(seconds(2), { kind: 'docker.exec', container: 'redis' }, seconds(5))
    stage.run(minutes(2))
    expect(stage.asked.map(({ latency }) => latency / 1e9)).toEqual([59.2, 5])
    expect(metric(stage.world, 'service.docker.execs')).toBe(1)
  })

  test('restarts nothing; what runs runs on', () => {
    const stage = new Stage()
    const dead = stage.add('dead', { restart: restartPolicy('always') })
    const alive = stage.add('alive')
    hang(stage, seconds(1), seconds(61))
    at(stage.world, seconds(2), () => dead.process.kill())
    stage.run(seconds(60))
    expect([dead.state, alive.state]).toEqual(['restarting', 'running'])
    stage.on(seconds(62))
    expect(dead.state).toBe('running')
  })

  test('serves again when it is restarted, by its host’s init', () => {
    const stage = new Stage()
    stage.add('redis')
    hang(stage, seconds(1), minutes(60))
    stage.ask(seconds(2), { kind: 'docker.exec', container: 'redis' })
    at(stage.world, seconds(10), () => stage.engine.kill())
    stage.ask(seconds(11), { kind: 'docker.exec', container: 'redis' })
    stage.run(minutes(1))
    expect(stage.asked[0]!.error?.message).toContain('closed the connection')
    expect(stage.reply<ExecReply>(1).exitCode).toBe(0)
  })
})

test('while the daemon is down nothing is restarted, and its commands have ended', () => {
  const stage = new Stage()
  const dead = stage.add('dead', { restart: restartPolicy('always') })
  const { process } = stage.add('redis')
  stage.ask(0, { kind: 'docker.exec', container: 'redis', time: minutes(5), memory: 100 })
  at(stage.world, seconds(1), () => stage.engine.kill())
  at(stage.world, seconds(1) + ms(10), () => dead.process.kill())
  at(stage.world, seconds(1) + ms(50), () => (stage.engine.supervisor as Container).stop(0, () => {}))
  at(stage.world, seconds(30), () => (stage.engine.supervisor as Container).start())
  stage.run(seconds(20))
  expect([dead.state, process.memory.used]).toEqual(['restarting', 0])
  stage.on(seconds(40))
  expect(dead.state).toBe('running')
})

test('a daemon that was killed goes on with nothing of its earlier life', () => {
  const stage = new Stage()
  const container = stage.add('redis', { stopTime: always(seconds(5)) })
  stage.ask(0, { kind: 'docker.restart', container: 'redis' })
  at(stage.world, seconds(2), () => stage.engine.kill())
  stage.run(minutes(1))
  expect(stage.engine.up).toBe(true)
  expect([container.state, container.exitCode]).toEqual(['exited', 143])
})

describe('a pull', () => {
  test('takes its bytes over the bandwidth, one after the other, and nothing the second time', () => {
    const stage = new Stage({ pullBandwidth: 1e6 })
    const pull = (image: string, length: number) => ({ kind: 'docker.pull', image, length }) as const
    stage.ask(0, pull('redis:7', 30e6))
    stage.ask(seconds(1), pull('postgres:16', 60e6))
    stage.ask(minutes(5), pull('redis:7', 30e6))
    stage.run(minutes(6))
    expect(stage.asked.map(({ latency }) => latency / 1e9)).toEqual([30, 89, 0])
    expect([0, 1, 2].map((i) => stage.reply<PullReply>(i).fresh)).toEqual([true, true, false])
  })
})

describe('a rolling update', () => {
  const updated = (
    terms: { parallelism?: number; delay?: number },
    change: (of: Container[]) => void = () => {},
  ) => {
    const stage = new Stage({ startCost: 0, startTime: constant(seconds(1)) })
    const agents = Array.from({ length: 5 }, (_, i) => stage.add(`agent.${i + 1}`))
    change(agents)
    let most = 0
    for (let time = 0; time < 60; time++)
      at(stage.world, seconds(time) + ms(500), () => {
        most = Math.max(most, agents.filter(({ state }) => state !== 'running').length)
      })
    stage.ask(0, { kind: 'docker.update', service: 'agent', ...terms })
    stage.run(minutes(2))
    return { stage, most, seconds: stage.asked[0]!.latency / 1e9 }
  }

  test('takes ceil(n / parallelism) starts and the delays between', () => {
    expect(updated({ parallelism: 2, delay: seconds(10) })).toMatchObject({ most: 2, seconds: 3 + 2 * 10 })
    expect(updated({})).toMatchObject({ most: 1, seconds: 5 })
    expect(updated({ parallelism: 0 })).toMatchObject({ most: 5, seconds: 1 })
    expect(updated({}).stage.reply<UpdateReply>(0).instances).toBe(5)
  })

  test('waits for health where it is checked', () => {
    const values = Object.fromEntries(
      Object.entries(healthParameters).map(([name, { default: value }]) => [name, value]),
    ) as unknown as HealthValues
    const stage = new Stage({ startCost: 0, startTime: constant(seconds(1)) })
    const health = { values: { ...values, cost: 0, interval: seconds(5) }, request: () => healthRequest }
    stage.add('agent.1', { health })
    stage.add('agent.2', { health })
    stage.ask(0, { kind: 'docker.update', service: 'agent' })
    stage.run(minutes(2))
    expect(stage.asked[0]!.latency).toBe(seconds(12))
  })

  test('stops at the first that cannot be started', () => {
    const stage = new Stage()
    stage.add('agent.1')
    const second = stage.add('agent.2', { ports: [8080], stopTime: always(seconds(5)) })
    const third = stage.add('agent.3')
    // Takes the port as soon as it is free.
    second.endings.add(() => void stage.containers.of(second.process.host).bind(third, [8080]))
    stage.ask(0, { kind: 'docker.update', service: 'agent' })
    stage.run(minutes(2))
    expect(stage.refusals()).toHaveLength(1)
    expect(stage.refusals()[0]![0]).toBe(500)
    expect(third.startedAt).toBe(0)
  })

  test('of what there is not is refused', () => {
    const stage = new Stage()
    stage.ask(0, { kind: 'docker.update', service: 'agents' })
    stage.run(seconds(1))
    expect(stage.refusals()).toEqual([[404, 'service agents not found']])
  })
})

test('a request costs the daemon’s thread', () => {
  const stage = new Stage({ cost: us(500) })
  stage.add('redis')
  for (let i = 0; i < 4; i++) stage.ask(0, { kind: 'docker.inspect', container: 'redis' })
  stage.run(seconds(1))
  expect(stage.asked.map(({ latency }) => latency / 1e3)).toEqual([500, 1000, 1500, 2000])
})
