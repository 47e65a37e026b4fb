// Messages a second between processes, ten on each host, with everything a message meets on its way: its size in bytes,
// a link with its queue, a mailbox with its level, a core with its utilisation, and the network's counters.
// Each process talks to eight others in turn, as nodes of an overlay do, so that links stay proportional to processes.

import type { Address, Coordinator, Env, Message, Request, Task } from '../env/index.ts'
import { Recorder } from '../observe/recorder.ts'
import { GiB, ms, seconds, us } from '../units.ts'
import { CoordinatorBehaviour, SimEnv } from '../world/sim-env.ts'
import { World } from '../world/world.ts'
import type { Row } from './tasks.ts'

const PROCESSES_PER_HOST = 10
const PEERS = 8
const HANDLER_COST_NS = us(10)
const MESSAGES = 400_000
const ROUNDS = 5

interface Token extends Message {
  readonly kind: 'token'
  readonly hops: number
  readonly origin: string
}

interface Ask extends Request<Message> {
  readonly kind: 'ask'
  readonly question: number
}

type Create = (env: Env, peers: readonly Address[]) => Coordinator

/** Passes on each token it gets; begins with one. */
const relay: Create = (env, peers) => {
  let turn = 0
  const pass = (hops: number, origin: string) => {
    const token: Token = { kind: 'token', hops, origin }
    env.send(peers[turn++ % PEERS]!, token)
  }
  return {
    *start() {
      yield* env.sleep(env.random('begin').integer(ms(1)))
      pass(1, env.self.name)
    },
    receive(_from, message) {
      const { hops, origin } = message as Token
      pass(hops + 1, origin)
    },
  }
}

/** Asks one question after another, and answers those of others. */
const asker: Create = (env, peers) => ({
  *start() {
    yield* env.sleep(env.random('begin').integer(ms(1)))
    for (let question = 0; ; question++) {
      const ask: Ask = { kind: 'ask', question }
      yield* env.call(peers[question % PEERS]!, ask, seconds(10))
    }
  },
  *handle(_from, request): Task<Message> {
    return { kind: `answer to ${request.kind}` }
  },
})

function fleet(processes: number, create: Create): World {
  const world = new World({
    seed: '1',
    recorder: new Recorder(),
    network: {
      latency: { kind: 'constant', value: us(100) },
      bandwidth: 125e6,
      loopback: us(15),
      overhead: 150,
    },
  })
  const all = Array.from({ length: processes }, (_, i) => {
    const name = `host.${Math.floor(i / PROCESSES_PER_HOST)}`
    const host =
      world.hosts.get(name) ??
      world.addHost(name, {
        cores: 4,
        speed: 1,
        memory: 8 * GiB,
        memoryBandwidth: 38e9,
        diskBandwidth: 1e9,
        boot: 0,
      })
    return world.addProcess(host, `agent.${i}`, 'agent')
  })
  all.forEach((process, i) => {
    // Seven and its powers are prime to all sizes used here: peers are spread over the hosts.
    const peers = Array.from({ length: PEERS }, (_, k) => all[(i + 7 ** (k % 4) + k) % processes]!.address)
    const env = new SimEnv(process, () => {})
    process.behaviour = new CoordinatorBehaviour(process, HANDLER_COST_NS, () => create(env, peers))
  })
  for (const process of all) process.begin()
  return world
}

/** Of `what` per second of wall time, once every link is there; the best of several rounds. */
function row(what: string, processes: number, create: Create, events: number): Row {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const world = fleet(processes, create)
    world.simulation.run({ events: events / 2 })
    const before = sent(world)
    const began = performance.now()
    world.simulation.run({ events })
    const took = performance.now() - began
    least = Math.min(least, took / (sent(world) - before))
  }
  return { name: what, pending: processes, perSecond: 1000 / least }
}

const sent = (world: World): number =>
  world.recorder.finish(world.simulation.now).metrics['network.messages']!.value!

export function measure(): Row[] {
  const sizes = [50, 500, 5000]
  return [
    // A message is two events: its arrival and the end of its handling.
    ...sizes.map((n) => row(`one-way messages, ${n} processes`, n, relay, 2 * MESSAGES)),
    ...sizes.map((n) => {
      const { perSecond, ...rest } = row(`calls with their replies, ${n} processes`, n, asker, 2 * MESSAGES)
      return { ...rest, perSecond: perSecond / 2 }
    }),
  ]
}
