// Messages a second between processes, ten on each host, with everything a message meets on its way: its size in bytes,
// a link with its queue, a mailbox with its level, a core with its utilisation, and the network's counters; then with each taken down,
// as those of a variant's first seed are.
// Each process talks to eight others in turn, as nodes of an overlay do, so that links stay proportional to processes.

import type { Address, Coordinator, Env, Message, Request, Task } from '../env/index.ts'
import { MessageLog } from '../observe/message-log.ts'
import { Recorder } from '../observe/recorder.ts'
import type { Timeline } from '../observe/timeline.ts'
import { ms, seconds, us } from '../units.ts'
import { hostDefaults } from '../world/host.ts'
import { CoordinatorBehaviour, SimEnv } from '../world/sim-env.ts'
import { World } from '../world/world.ts'
import type { Row } from './row.ts'
import { eventsPerSecond } from './slices.ts'

const PROCESSES_PER_HOST = 10
const PEERS = 8
const HANDLER_COST_NS = us(10)
/** Of a message: its arrival and the end of its handling. */
const EVENTS_PER_MESSAGE = 2
/** Of a call: the request's two and the reply's two. */
const EVENTS_PER_CALL = 4

interface Token extends Message {
  readonly kind: 'token'
  readonly hops: number
  readonly origin: string
}

interface Ask extends Request<Message> {
  readonly kind: 'ask'
  readonly question: number
}

export type Create = (env: Env, peers: readonly Address[]) => Coordinator

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
  // biome-ignore lint/correctness/useYield: it answers at once
  *handle(_from, request): Task<Message> {
    return { kind: `answer to ${request.kind}` }
  },
})

export interface FleetTerms {
  readonly processes: number
  /** Processes on each host. */
  readonly perHost?: number
  readonly create?: Create
  readonly timeline?: Timeline
  /** Takes down every message. */
  readonly messages?: MessageLog
}

export function fleet({
  processes,
  perHost = PROCESSES_PER_HOST,
  create = relay,
  timeline,
  messages,
}: FleetTerms): World {
  const world = new World({
    seed: '1',
    recorder: new Recorder(),
    timeline,
    messages,
    network: {
      latency: { kind: 'constant', value: us(100) },
      bandwidth: 125e6,
      loopback: us(15),
      overhead: 150,
    },
  })
  const all = Array.from({ length: processes }, (_, i) => {
    const name = `host.${Math.floor(i / perHost)}`
    const host = world.hosts.get(name) ?? world.addHost(name, { ...hostDefaults, cores: 4 })
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

export function measure(): Row[] {
  const row = (name: string, create: Create, events: number, processes: number, kept = false): Row => ({
    name,
    pending: processes,
    perSecond:
      eventsPerSecond(fleet({ processes, create, ...(kept ? { messages: new MessageLog() } : {}) })) / events,
  })
  const sizes = [50, 500, 5000]
  const few = sizes.slice(0, 2)
  const calls = 'calls with replies'
  const messages = 'one way'
  return [
    ...sizes.map((processes) => row(messages, relay, EVENTS_PER_MESSAGE, processes)),
    ...few.map((processes) => row(`${messages}, kept`, relay, EVENTS_PER_MESSAGE, processes, true)),
    ...sizes.map((processes) => row(calls, asker, EVENTS_PER_CALL, processes)),
    ...few.map((processes) => row(`${calls}, kept`, asker, EVENTS_PER_CALL, processes, true)),
  ]
}
