// What gossip and the failure detector must obey: the laws of SWIM, and the times of memberlist and Lifeguard.

import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../../../src/units.ts'
import { retransmitLimit, suspicionTimeout } from '../../../../src/world/services/consul/scale.ts'
import { beginAll, type Cluster, loseDatagrams, losePackets, makeCluster, runUntil } from './fixture.ts'

/** A cluster in which everybody has known everybody for a while. */
function settled(agents: number, values = {}, seed = '1'): Cluster {
  const cluster = makeCluster({ agents, values, seed })
  beginAll(cluster)
  const together = () => cluster.agents.every(({ members }) => members.list.length === agents)
  expect(runUntil(cluster, seconds(60), ms(100), together)).toBeDefined()
  cluster.run(cluster.world.simulation.now + seconds(30))
  return cluster
}

/** What the others take a member for. */
const statesOf = ({ agents }: Cluster, name: string, but: readonly number[] = []) =>
  agents.flatMap(({ members }, i) =>
    members.self.name === name || but.includes(i) ? [] : [members.get(name)?.state ?? 'dead'],
  )

test('those that know one server alone find one another', () => {
  const cluster = makeCluster({ agents: 20 })
  beginAll(cluster)
  cluster.run(seconds(5))
  for (const { members } of cluster.agents) expect(members.list.filter(({ up }) => up)).toHaveLength(20)
  expect(cluster.sum('failures')).toBe(0)
})

test('in peace a member sends two packets a second and some ninety bytes, however many there are', () => {
  for (const n of [5, 20, 80]) {
    const cluster = settled(n)
    const before = ['packets', 'packet-bytes', 'probes'].map(cluster.sum)
    cluster.run(cluster.world.simulation.now + seconds(60))
    const [packets, bytes, probes] = ['packets', 'packet-bytes', 'probes'].map(
      (name, i) => (cluster.sum(name) - before[i]!) / 60 / n,
    )
    // A ping and an ack: 55 + 30 bytes, and 2 each.
    expect(Math.abs(packets! - 2)).toBeLessThan(0.04)
    expect(Math.abs(bytes! - 89)).toBeLessThan(2)
    expect(Math.abs(probes! - 1)).toBeLessThan(0.02)
    expect([cluster.sum('suspicions'), cluster.sum('probes.failed')]).toEqual([0, 0])
  }
})

describe('a member that dies', () => {
  test('is probed first after a period, as one of n - 1 is each time: e/(e - 1) periods begun in the limit', () => {
    const n = 30
    // The member comes back at once when it is suspected, and refutes; so that one cluster does for all trials.
    const cluster = settled(n)
    const { world, agents } = cluster
    const pauses = world.streams.stream('trials')
    const times: number[] = []
    for (let trial = 0; trial < 300; trial++) {
      const victim = cluster.processes[1 + (trial % (n - 1))]!
      cluster.run(world.simulation.now + seconds(4) + pauses.integer(seconds(1)))
      const died = world.simulation.now
      victim.host.crash()
      const suspected = () => statesOf(cluster, victim.name).includes('suspect')
      const at = runUntil(cluster, died + seconds(60), ms(10), suspected)!
      // The probe that failed had a second for it.
      times.push((at - died - seconds(1)) / seconds(1))
      victim.host.restart()
    }
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length
    const periods = times.reduce((sum, time) => sum + Math.ceil(Math.max(time, 1e-9)), 0) / times.length
    // Nobody probes it for t periods with a probability of (1 - t/(n - 1))^(n - 1), about e^-t.
    const alone = (t: number) => (1 - t / (n - 1)) ** (n - 1)
    let expected = 0
    for (let t = 0; t < n - 1; t++) expected += alone(t)
    // 1.55 with 30 members; e/(e - 1) = 1.58 with infinitely many.
    expect(Math.abs(expected - Math.E / (Math.E - 1))).toBeLessThan(0.05)
    // Standard deviations of 0.95 and 0.93, over √300.
    expect(Math.abs(mean - (n - 1) / n)).toBeLessThan(0.19)
    expect(Math.abs(periods - expected)).toBeLessThan(0.19)
    expect(agents).toHaveLength(n)
  })

  test('is taken for dead 4 · max(1, log10 n) · 1 s after the first suspicion, where others confirm it', () => {
    for (const n of [8, 40, 150]) {
      const cluster = settled(n)
      const { world, processes } = cluster
      const victim = processes[n - 1]!
      victim.host.crash()
      const died = world.simulation.now
      const states = () => statesOf(cluster, victim.name)
      const first = runUntil(cluster, died + seconds(60), ms(5), () => states().includes('suspect'))!
      const dead = runUntil(cluster, died + seconds(60), ms(5), () => states().includes('dead'))!
      const all = runUntil(cluster, died + seconds(60), ms(5), () =>
        states().every((state) => state === 'dead'),
      )!
      const timeout = suspicionTimeout(4, n, seconds(1))
      expect(dead - first).toBeGreaterThanOrEqual(timeout - ms(5))
      expect(dead - first).toBeLessThan(timeout + ms(500))
      expect(all - dead).toBeLessThan(seconds(1))
      expect(cluster.sum('failures')).toBe(n - 1)
      expect(cluster.sum('false-alarms')).toBe(0)
    }
  })

  test('takes six times as long where nobody confirms it, but not where there is nobody to do so', () => {
    const timeOf = (cluster: Cluster, name: string): number => {
      const from = cluster.world.simulation.now
      const state = () => cluster.agents[0]!.members.get(name)!.state
      const suspect = runUntil(cluster, from + seconds(60), ms(5), () => state() === 'suspect')!
      return runUntil(cluster, from + seconds(120), ms(5), () => state() === 'dead')! - suspect
    }
    const pair = settled(2)
    pair.processes[1]!.host.crash()
    expect(Math.abs(timeOf(pair, 'consul.2') - seconds(4))).toBeLessThan(ms(10))
    // One that hears nothing from anybody.
    const cluster = settled(5, { tcpPing: false })
    const [deaf] = cluster.processes
    cluster.world.network.addRule({ name: 'deaf', decide: ({ to }) => (to === deaf ? 'drop' : undefined) })
    expect(Math.abs(timeOf(cluster, 'consul.5') - seconds(24))).toBeLessThan(ms(10))
  })

  test('comes back as soon as it is there: it joins, and refutes that it is dead', () => {
    const cluster = settled(10)
    const { world, processes } = cluster
    processes[9]!.host.crash()
    cluster.run(world.simulation.now + seconds(12))
    expect(new Set(statesOf(cluster, 'consul.10'))).toEqual(new Set(['dead']))
    processes[9]!.host.restart()
    cluster.run(world.simulation.now + seconds(2))
    expect(new Set(statesOf(cluster, 'consul.10'))).toEqual(new Set(['alive']))
    expect(cluster.agents[9]!.members.self.incarnation).toBeGreaterThan(1)
    // Also when all have forgotten it, a minute later.
    processes[9]!.host.crash()
    cluster.run(world.simulation.now + seconds(90))
    expect(cluster.agents[0]!.members.get('consul.10')).toBe(undefined)
    processes[9]!.host.restart()
    cluster.run(world.simulation.now + seconds(2))
    expect(new Set(statesOf(cluster, 'consul.10'))).toEqual(new Set(['alive']))
  })

  test('as a process and not as a host is found as fast', () => {
    const cluster = settled(10)
    const { world, processes } = cluster
    const died = world.simulation.now
    processes[9]!.kill()
    const gone = () => statesOf(cluster, 'consul.10').every((state) => state === 'dead')
    expect(runUntil(cluster, died + seconds(30), ms(10), gone)! - died).toBeLessThan(seconds(12))
    processes[9]!.start()
    cluster.run(world.simulation.now + seconds(2))
    expect(new Set(statesOf(cluster, 'consul.10'))).toEqual(new Set(['alive']))
  })
})

test('news reaches all in time that grows with the logarithm of their number', () => {
  const rounds = (n: number): number => {
    const cluster = settled(n)
    const { world, processes } = cluster
    let sum = 0
    const trials = 8
    for (let i = 0; i < trials; i++) {
      const leaver = processes[1 + (i % (n - 1))]!
      const left = world.simulation.now
      const end = leaver.behaviour.fault!('leave')
      const gone = () => statesOf(cluster, leaver.name).every((state) => state === 'left')
      sum += (runUntil(cluster, left + seconds(20), ms(10), gone)! - left) / ms(200)
      cluster.run(world.simulation.now + seconds(5))
      end()
      cluster.run(world.simulation.now + seconds(5))
    }
    return sum / trials
  }
  const [few, some, many] = [8, 32, 128].map(rounds) as [number, number, number]
  // In rounds at once, each who knows telling three at random: log4 n + (ln n) / 3 rounds and a constant (Pittel 1987).
  for (const [n, found] of [
    [8, few],
    [32, some],
    [128, many],
  ] as const) {
    const bound = Math.log(n) / Math.log(4) + Math.log(n) / 3
    expect(found).toBeLessThan(bound + 1.5)
    expect(found).toBeGreaterThan(0.4 * bound)
  }
  // Four times as many cost the same again, not four times as much.
  expect(many - some).toBeLessThan(2 * Math.max(0.6, some - few))
})

test('a member passes news on 4 · ⌈log10(n + 1)⌉ times and no more', () => {
  const n = 40
  const cluster = settled(n, { probeInterval: seconds(1000), pushPullInterval: seconds(1000) })
  const before = cluster.sum('packets')
  const end = cluster.processes[3]!.behaviour.fault!('leave')
  cluster.run(cluster.world.simulation.now + seconds(20))
  // Nothing else is going on: each packet bears this one piece of news.
  expect(cluster.sum('packets') - before).toBe(n * retransmitLimit(4, n))
  end()
})

describe('loss', () => {
  /** Whoever is not heard over UDP is not heard at all; nobody is ever taken for dead. */
  const patient = { tcpPing: false, suspicionMult: 1000, awarenessMaxMultiplier: 1 }

  test('a probe fails in vain as often as SWIM says: neither there and back nor by any of three', () => {
    for (const loss of [0.1, 0.25]) {
      const cluster = settled(20, patient)
      losePackets(cluster.world, loss)
      cluster.run(cluster.world.simulation.now + seconds(400))
      const [answered, failed] = [cluster.sum('probes'), cluster.sum('probes.failed')]
      const direct = 1 - (1 - loss) ** 2
      const indirect = 1 - (1 - loss) ** 4
      const expected = direct * indirect ** 3
      const found = failed / (answered + failed)
      const error = Math.sqrt((expected * (1 - expected)) / (answered + failed))
      // 0.8 % and 14 %. A suspect is told so with the ping and no relay asks through suspects: a little is left for that.
      expect(Math.abs(found - expected)).toBeLessThan(4 * error + 0.05 * expected)
      expect(cluster.sum('failures')).toBe(0)
    }
  })

  test('of a fifth kills nobody: suspicions are refuted in time', () => {
    const cluster = settled(20, { tcpPing: false })
    losePackets(cluster.world, 0.2)
    cluster.run(cluster.world.simulation.now + seconds(300))
    expect(cluster.sum('suspicions')).toBeGreaterThan(100)
    expect(cluster.sum('refutations')).toBeGreaterThan(20)
    expect(cluster.sum('false-alarms')).toBe(0)
  })

  test('of UDP alone is not even suspected where TCP works', () => {
    const cluster = settled(10)
    loseDatagrams(cluster.world)
    cluster.run(cluster.world.simulation.now + seconds(100))
    expect(cluster.sum('suspicions')).toBe(0)
  })

  test('of more than half makes false alarms, and less than half as many where members know that they are slow', () => {
    const alarms = (awarenessMaxMultiplier: number) => {
      const cluster = settled(20, { tcpPing: false, awarenessMaxMultiplier })
      losePackets(cluster.world, 0.6)
      cluster.run(cluster.world.simulation.now + seconds(120))
      return cluster.sum('false-alarms')
    }
    const without = alarms(1)
    expect(without).toBeGreaterThan(20)
    expect(alarms(8)).toBeLessThan(without / 2)
  })
})

test('a partition splits the cluster, and healed it finds together again', () => {
  const cluster = settled(12)
  const { world, agents, processes } = cluster
  const [left, right] = [processes.slice(0, 6), processes.slice(6)].map(
    (side) => new Set(side.map(({ host }) => host)),
  )
  const heal = world.network.cut({ from: left!, to: right!, both: true })
  cluster.run(world.simulation.now + seconds(60))
  for (const { members } of agents) expect(members.list.filter(({ up }) => up)).toHaveLength(6)
  expect(cluster.sum('failures')).toBe(72)
  heal()
  const whole = () => agents.every(({ members }) => members.list.filter(({ up }) => up).length === 12)
  // Each tries one that failed every 30 s, as all failed as many as there are.
  const healed = world.simulation.now
  expect(runUntil(cluster, healed + seconds(90), ms(100), whole)! - healed).toBeLessThan(seconds(45))
})

test('who leaves is not taken for failed, and can come again', () => {
  const cluster = settled(6)
  const { world, processes } = cluster
  const end = processes[5]!.behaviour.fault!('leave')
  cluster.run(world.simulation.now + seconds(10))
  expect(new Set(statesOf(cluster, 'consul.6'))).toEqual(new Set(['left']))
  expect([cluster.sum('failures'), cluster.sum('suspicions')]).toEqual([0, 0])
  end()
  cluster.run(world.simulation.now + seconds(5))
  expect(new Set(statesOf(cluster, 'consul.6'))).toEqual(new Set(['alive']))
})

test('who leaves is known to have left by full exchanges too', () => {
  const cluster = settled(6)
  loseDatagrams(cluster.world)
  cluster.processes[5]!.behaviour.fault!('leave')
  cluster.run(cluster.world.simulation.now + seconds(150))
  expect(new Set(statesOf(cluster, 'consul.6'))).not.toContain('alive')
  expect(cluster.sum('failures')).toBe(0)
})

test('two runs are the same to the last event', () => {
  const once = () => {
    const cluster = settled(10)
    losePackets(cluster.world, 0.2)
    cluster.processes[4]!.host.crash()
    cluster.run(cluster.world.simulation.now + seconds(30))
    return cluster.world.simulation.fingerprint.toString()
  }
  expect(once()).toBe(once())
})
