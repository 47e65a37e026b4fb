// What the servers know of services: checks, answers, who leads, and that nothing written is lost.

import { describe, expect, test } from 'vitest'
import {
  type CheckDefinition,
  type HealthServiceReply,
  type HealthServiceRequest,
  type MembersReply,
  type Message,
  RefusedError,
  type RegisterServiceRequest,
} from '../../../../src/env/index.ts'
import { minutes, ms, seconds } from '../../../../src/units.ts'
import { ServiceContext } from '../../../../src/world/service.ts'
import { Catalog } from '../../../../src/world/services/consul/catalog.ts'
import { consul } from '../../../../src/world/services/consul/consul.ts'
import { http } from '../../../../src/world/services/http/http.ts'
import { Asked, addClient, addService, at, valuesOf } from '../fixture.ts'
import { beginAll, type Cluster, type ClusterTerms, makeCluster, runUntil } from './fixture.ts'

const constant = (value: number) => ({ kind: 'constant', value })
const CHECK: CheckDefinition = {
  type: 'http',
  path: '/health',
  interval: seconds(10),
  timeout: seconds(3),
  successBeforePassing: 0,
  failuresBeforeCritical: 0,
}

/** Agents and a backend on each host, which the agent registers; the leader is elected and all is passing. */
function mesh(terms: ClusterTerms & { readonly check?: Partial<CheckDefinition> | null }) {
  const { check, values = {} } = terms
  const services = {
    backend: { targets: [{ name: 'backend' }], check: check === null ? undefined : { ...CHECK, ...check } },
  }
  const cluster = makeCluster({ ...terms, values: { services, ...values } })
  const { world } = cluster
  const backends = Array.from({ length: terms.agents }, (_, i) =>
    addService(world, `host.${i + 1}`, `backend.${i + 1}`, http, {
      cost: 0,
      time: constant(0),
      cpu: constant(0),
    }),
  )
  beginAll(cluster)
  const client = addClient(world, 'client')
  const ask = <R extends Message>(agent: number, message: Message, askTerms = {}) =>
    new Asked<R>(client, cluster.processes[agent - 1]!, message, askTerms)
  /** The names that an agent answers with, run up to now. */
  const found = (agent: number, more: Partial<HealthServiceRequest> = {}) => {
    const request: HealthServiceRequest = {
      kind: 'consul.health',
      service: 'backend',
      only: 'not-critical',
      ...more,
    }
    const asked = ask<HealthServiceReply>(agent, request)
    const settled = () => asked.endedAt >= 0
    runUntil(cluster, world.simulation.now + seconds(70), ms(1), settled)
    return asked
  }
  const namesFound = (agent: number, more: Partial<HealthServiceRequest> = {}) =>
    found(agent, more).reply?.instances.map(({ id }) => id)
  expect(
    runUntil(cluster, minutes(2), seconds(1), () => namesFound(1)?.length === terms.agents),
  ).toBeDefined()
  return { ...cluster, cluster, backends, ask, found, namesFound }
}

const leaders = ({ agents }: Pick<Cluster, 'agents'>) =>
  agents.filter(({ server }) => server?.raft.role === 'leader')

describe('a health check', () => {
  test('takes a service that dies out of the answers after interval and timeout at the latest, and back when it is there', () => {
    const { world, backends, namesFound, cluster } = mesh({ agents: 2 })
    const dies = (how: () => void) => {
      const died = world.simulation.now
      how()
      const out = runUntil(cluster, died + seconds(60), ms(200), () => namesFound(1)!.length === 1)!
      return out - died
    }
    // A process that is gone refuses: within the interval. One that hangs answers nothing: within interval and timeout.
    expect(dies(() => backends[1]!.kill())).toBeLessThan(seconds(10.5))
    backends[1]!.start()
    expect(
      runUntil(cluster, world.simulation.now + seconds(11), ms(200), () => namesFound(1)!.length === 2),
    ).toBeDefined()
    cluster.run(world.simulation.now + seconds(1))
    let end = () => {}
    const hung = dies(() => {
      end = backends[1]!.behaviour.fault!('hang')
    })
    expect(hung).toBeGreaterThan(seconds(3))
    expect(hung).toBeLessThan(seconds(13.5))
    end()
    expect(
      runUntil(cluster, world.simulation.now + seconds(14), ms(200), () => namesFound(1)!.length === 2),
    ).toBeDefined()
  })

  test('comes an interval after the end of the last one', () => {
    const { world, backends, cluster } = mesh({ agents: 1 })
    const count = () =>
      world.recorder.finish(world.simulation.now).metrics['service.backend.1.connections']!.value!
    // Each opens a connection anew, as 5 s of keep-alive are less than 10 s.
    const before = count()
    cluster.run(world.simulation.now + seconds(100))
    expect(count() - before).toBe(10)
    const slow = backends[0]!.behaviour.fault!('hang')
    cluster.run(world.simulation.now + seconds(20))
    const hanging = count()
    // 13 s each.
    cluster.run(world.simulation.now + seconds(130))
    expect(count() - hanging).toBe(10)
    slow()
  })

  test('may ask for several failures or passes in a row', () => {
    const { world, backends, namesFound, cluster } = mesh({
      agents: 1,
      check: { failuresBeforeCritical: 2, successBeforePassing: 1 },
    })
    backends[0]!.kill()
    const died = world.simulation.now
    const out = runUntil(cluster, died + seconds(60), ms(200), () => namesFound(1)!.length === 0)!
    // Three failures: 20 to 30 s.
    expect(out - died).toBeGreaterThan(seconds(20))
    expect(out - died).toBeLessThan(seconds(30.5))
    backends[0]!.start()
    const back = runUntil(cluster, out + seconds(60), ms(200), () => namesFound(1)!.length === 1)!
    expect(back - out).toBeGreaterThan(seconds(10))
    expect(back - out).toBeLessThan(seconds(20.5))
  })

  test('says what DNS leaves out and ?passing too: 429 is a warning', () => {
    const { world, namesFound, found, backends, cluster } = mesh({ agents: 1 })
    const [backend] = backends
    const { deliver } = backend!.behaviour
    backend!.behaviour.deliver = (envelope) => {
      if (envelope.role === 'request') envelope.refuse(Object.assign(new Error('busy'), { status: 429 }))
      else deliver.call(backend!.behaviour, envelope)
    }
    // An error that is no RefusedError is critical.
    cluster.run(world.simulation.now + seconds(11))
    expect(namesFound(1)).toEqual([])
    expect(found(1, { only: undefined }).reply!.instances.map(({ status }) => status)).toEqual(['critical'])
    backend!.behaviour.deliver = (envelope) => envelope.refuse(new RefusedError(429, 'too many'))
    cluster.run(world.simulation.now + seconds(11))
    expect([namesFound(1), namesFound(1, { only: 'passing' })]).toEqual([['backend.1'], []])
  })

  test('over TCP sees whether the process is there, and no more', () => {
    const { world, backends, namesFound, cluster } = mesh({ agents: 1, check: { type: 'tcp' } })
    const end = backends[0]!.behaviour.fault!('hang')
    cluster.run(world.simulation.now + seconds(30))
    expect(namesFound(1)).toEqual(['backend.1'])
    end()
    backends[0]!.kill()
    cluster.run(world.simulation.now + seconds(11))
    expect(namesFound(1)).toEqual([])
  })

  test('that is critical for too long has the service forgotten: after a minute at the least, looked at every 30 s', () => {
    for (const deregisterAfter of [seconds(1), minutes(2)]) {
      const { world, backends, found, cluster, namesFound, sum } = mesh({
        agents: 1,
        check: { deregisterAfter },
      })
      const died = world.simulation.now
      backends[0]!.kill()
      const known = () => found(1, { only: undefined }).reply!.instances.length
      const critical = runUntil(cluster, died + seconds(30), ms(100), () => namesFound(1)!.length === 0)!
      const forgotten = runUntil(cluster, died + minutes(5), ms(100), () => known() === 0)!
      const least = Math.max(deregisterAfter, minutes(1))
      expect(forgotten - critical).toBeGreaterThan(least - seconds(1))
      expect(forgotten - critical).toBeLessThan(least + seconds(31))
      expect(sum('deregistered')).toBe(1)
      // Nobody registers it again when it comes back, until the agent begins anew.
      backends[0]!.start()
      cluster.run(world.simulation.now + minutes(1))
      expect(known()).toBe(0)
      cluster.processes[0]!.kill()
      cluster.processes[0]!.start()
      cluster.run(world.simulation.now + seconds(30))
      expect(namesFound(1)).toEqual(['backend.1'])
    }
  })
})

describe('the catalogue', () => {
  test('has a host that dies leave the answers as soon as the failure detector says so', () => {
    const { world, processes, namesFound, cluster } = mesh({ agents: 3, check: null })
    expect(namesFound(1)!.toSorted()).toEqual(['backend.1', 'backend.2', 'backend.3'])
    const died = world.simulation.now
    processes[2]!.host.crash()
    const out = runUntil(cluster, died + seconds(60), ms(100), () => namesFound(1)!.length === 2)!
    // 4 s of suspicion, a second of the probe, and a few to the first one.
    expect(out - died).toBeGreaterThan(seconds(5))
    expect(out - died).toBeLessThan(seconds(12))
    processes[2]!.host.restart()
    expect(runUntil(cluster, out + seconds(20), ms(100), () => namesFound(1)!.length === 3)).toBeDefined()
  })

  test('forgets an agent that leaves, with all it registered, and knows it again when it comes back', () => {
    const { world, processes, namesFound, cluster } = mesh({ agents: 3 })
    const end = processes[2]!.behaviour.fault!('leave')
    cluster.run(world.simulation.now + seconds(5))
    expect(namesFound(1, { only: undefined })!.toSorted()).toEqual(['backend.1', 'backend.2'])
    end()
    cluster.run(world.simulation.now + seconds(5))
    expect(namesFound(1)).toHaveLength(3)
  })

  test('takes services that are registered by hand, and forgets them', () => {
    const { ask, namesFound, cluster, world } = mesh({ agents: 2 })
    const register: RegisterServiceRequest = {
      kind: 'consul.register',
      service: 'cache',
      id: 'cache.7',
      address: { name: 'backend.1' },
    }
    const asked = ask(2, register)
    cluster.run(world.simulation.now + seconds(1))
    expect(asked.reply?.kind).toBe('consul.registered')
    expect(namesFound(1, { service: 'cache' })).toEqual(['cache.7'])
    ask(2, { kind: 'consul.deregister', id: 'cache.7' } as Message)
    cluster.run(world.simulation.now + seconds(1))
    expect(namesFound(1, { service: 'cache' })).toEqual([])
    const again = ask(2, { kind: 'consul.deregister', id: 'cache.7' } as Message)
    cluster.run(world.simulation.now + seconds(1))
    expect(again.error?.status).toBe(404)
    expect(namesFound(1, { service: 'nothing' })).toEqual([])
  })

  test('is what its commands make it, and a service may change its name', () => {
    const catalog = new Catalog()
    const service = (node: string, id: string, name: string) =>
      catalog.apply({ op: 'service', node, id, service: name, address: { name: id }, status: 'passing' })
    service('a', '1', 'x')
    service('b', '2', 'x')
    catalog.apply({ op: 'node', node: 'b', status: 'critical' })
    expect(catalog.instances('x', undefined).map(({ id, status }) => [id, status])).toEqual([
      ['1', 'passing'],
      ['2', 'critical'],
    ])
    expect(catalog.instances('x', 'passing').map(({ id }) => id)).toEqual(['1'])
    service('a', '1', 'y')
    expect([catalog.instances('x', 'passing'), catalog.instances('y', 'passing').length]).toEqual([[], 1])
    catalog.apply({ op: 'forget-node', node: 'b' })
    expect([catalog.instances('x', undefined), catalog.has('b'), catalog.has('a')]).toEqual([[], false, true])
  })
})

describe('questions', () => {
  test('go through a client agent to a server, and in its account is all their time', () => {
    const { found } = mesh({ agents: 3, latency: ms(2) })
    const [own, through] = [found(1), found(3)]
    // There and back; and from the client agent to the server and back.
    expect([own.latency, through.latency]).toEqual([ms(4), ms(8)])
    for (const { account, latency } of [own, through]) expect(account.total).toBe(latency)
  })

  test('are answered by any server if they may be stale, by the leader else, and after a round if they must be consistent', () => {
    const { cluster, found, agents } = mesh({ agents: 3, servers: 3, latency: ms(2) })
    const leader = 1 + agents.indexOf(leaders(cluster)[0]!)
    const follower = leader === 1 ? 2 : 1
    const time = (agent: number, consistency: HealthServiceRequest['consistency']) =>
      found(agent, { consistency }).latency
    expect([time(leader, 'stale'), time(leader, 'default'), time(leader, 'consistent')]).toEqual(
      [4, 4, 8].map(ms),
    )
    expect([time(follower, 'stale'), time(follower, 'default'), time(follower, 'consistent')]).toEqual(
      [4, 8, 12].map(ms),
    )
  })

  test('without a leader get 500 after 7 s, and an old answer if that may be stale', () => {
    const { cluster, world, agents, found, namesFound, sum } = mesh({ agents: 3, servers: 3 })
    const leader = agents.indexOf(leaders(cluster)[0]!)
    const rest = [0, 1, 2].filter((i) => i !== leader)
    cluster.processes[leader]!.host.crash()
    cluster.processes[rest[0]!]!.host.crash()
    cluster.run(world.simulation.now + seconds(20))
    const last = rest[1]! + 1
    const asked = found(last)
    expect(asked.error?.status).toBe(500)
    expect(asked.latency).toBeGreaterThanOrEqual(seconds(7))
    expect(asked.latency).toBeLessThan(seconds(8))
    expect(asked.account.total).toBe(asked.latency)
    expect(namesFound(last, { consistency: 'stale' })).toHaveLength(3)
    expect(sum('reads.failed')).toBe(1)
  })

  test('for members are answered by what the agent knows', () => {
    const { ask, processes, cluster, world } = mesh({ agents: 4 })
    processes[3]!.host.crash()
    processes[2]!.behaviour.fault!('leave')
    cluster.run(world.simulation.now + seconds(20))
    const asked = ask<MembersReply>(2, { kind: 'consul.members' })
    cluster.run(world.simulation.now + seconds(1))
    const statuses = Object.fromEntries(asked.reply!.members.map(({ name, status }) => [name, status]))
    expect(statuses).toEqual({
      'consul.1': 'alive',
      'consul.2': 'alive',
      'consul.3': 'left',
      'consul.4': 'failed',
    })
    const left = ask(3, { kind: 'consul.members' })
    cluster.run(world.simulation.now + seconds(1))
    expect(left.error?.status).toBe(500)
  })

  test('that are none get 404', () => {
    const { ask, cluster, world } = mesh({ agents: 1 })
    const asked = ask(1, { kind: 'job' })
    cluster.run(world.simulation.now + seconds(1))
    expect(asked.error?.status).toBe(404)
  })
})

describe('who leads', () => {
  test('one alone leads after one to two election timeouts', () => {
    const cluster = makeCluster({ agents: 1 })
    beginAll(cluster)
    const elected = runUntil(cluster, seconds(20), ms(10), () => leaders(cluster).length === 1)!
    expect(elected).toBeGreaterThan(seconds(5))
    expect(elected).toBeLessThan(seconds(10))
  })

  test('is replaced within some ten seconds, and writes go on', () => {
    const { cluster, world, agents, processes, ask, namesFound } = mesh({ agents: 5, servers: 3 })
    const first = leaders(cluster)[0]!
    const died = world.simulation.now
    processes[agents.indexOf(first)]!.host.crash()
    const others = () => leaders(cluster).filter((agent) => agent !== first)
    const elected = runUntil(cluster, died + seconds(40), ms(10), () => others().length === 1)!
    expect(elected - died).toBeGreaterThan(seconds(3))
    expect(elected - died).toBeLessThan(seconds(21))
    const register = { kind: 'consul.register', service: 'new', id: 'new.1', address: { name: 'backend.4' } }
    ask(4, register as Message)
    cluster.run(world.simulation.now + seconds(10))
    expect(namesFound(5, { service: 'new' })).toEqual(['new.1'])
  })

  test('a leader cut off steps down after its lease, and the others have a new one; healed, it follows', () => {
    const { cluster, world, agents, processes } = mesh({ agents: 3, servers: 3 })
    const old = leaders(cluster)[0]!
    const host = processes[agents.indexOf(old)]!.host
    const rest = new Set([...world.hosts.values()].filter((each) => each !== host))
    const cut = world.simulation.now
    const heal = world.network.cut({ from: new Set([host]), to: rest, both: true })
    const down = runUntil(cluster, cut + seconds(10), ms(10), () => old.server!.raft.role !== 'leader')!
    expect(down - cut).toBeGreaterThan(seconds(1.4))
    expect(down - cut).toBeLessThan(seconds(3.6))
    expect(
      runUntil(cluster, cut + seconds(40), ms(10), () => leaders(cluster).some((each) => each !== old)),
    ).toBeDefined()
    heal()
    cluster.run(world.simulation.now + seconds(60))
    expect(leaders(cluster)).toHaveLength(1)
    const applied = agents.map(({ server }) => server!.raft.applied)
    expect(new Set(applied).size).toBe(1)
  })

  test('what is acknowledged is never lost, whatever hosts and links do, and no term has two leaders', () => {
    const cluster = makeCluster({
      agents: 3,
      servers: 3,
      values: {
        electionTimeout: seconds(1),
        leaderLease: ms(500),
        rpcHoldTimeout: ms(100),
        syncRetryInterval: seconds(1),
      },
    })
    const { world, agents, processes } = cluster
    const chance = world.streams.stream('faults')
    beginAll(cluster)
    const hosts = processes.map(({ host }) => host)
    const acknowledged = new Set<string>()
    const leaderOf = new Map<number, string>()
    const undo: (() => void)[] = []
    for (let step = 0; step < 600; step++) {
      at(world, seconds(5) + step * ms(100), () => {
        for (const { server, context } of agents) {
          if (server!.raft.role !== 'leader') continue
          const { term } = server!.raft
          expect(leaderOf.get(term) ?? context.name).toBe(context.name)
          leaderOf.set(term, context.name)
          const id = `s${step}-${context.name}`
          const command = {
            op: 'service',
            node: 'n',
            id,
            service: 'x',
            address: { name: 'a' },
            status: 'passing',
          } as const
          context.process.enter(() =>
            server!.raft.propose(command, (done) => void (done && acknowledged.add(id))),
          )
        }
        if (step < 500 && chance.uniform() < 0.1) {
          const host = hosts[chance.integer(3)]!
          if (chance.uniform() < 0.5) {
            host.crash()
            at(world, world.simulation.now + ms(100) + chance.integer(seconds(2)), () => host.restart())
          } else {
            const rest = new Set(hosts.filter((other) => other !== host))
            undo.push(world.network.cut({ from: new Set([host]), to: rest, both: chance.uniform() < 0.7 }))
          }
        } else if (undo.length > 0 && (chance.uniform() < 0.1 || step >= 500)) undo.shift()!()
      })
    }
    cluster.run(seconds(90))
    expect(leaderOf.size).toBeGreaterThan(3)
    expect(acknowledged.size).toBeGreaterThan(100)
    const found = agents.map(({ server }) => server!.catalog.instances('x', undefined).map(({ id }) => id))
    expect(found[1]).toEqual(found[0])
    expect(found[2]).toEqual(found[0])
    for (const id of acknowledged) expect(found[0]).toContain(id)
  })
})

test('a target on a host without an agent is refused', () => {
  const services = { backend: { targets: [{ name: 'backend' }], check: undefined } }
  const cluster = makeCluster({ agents: 1 })
  addService(cluster.world, 'client', 'backend', http)
  expect(() => makeCluster({ agents: 1, values: { services } })).not.toThrow()
  const { world, processes } = makeCluster({ agents: 1 })
  addService(world, 'client', 'backend', http)
  const context = new ServiceContext(processes[0]!, world.recorder, consul.metrics)
  expect(() => consul.create(context, valuesOf(consul, { services }))).toThrow(
    'invalid target of the service backend: backend is on client, where there is no agent of consul',
  )
})
