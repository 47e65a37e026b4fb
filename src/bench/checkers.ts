// What checking costs: events a second of the same fleet without checkers and with those that are on by default, slice by
// slice in turn, so that what disturbs the machine disturbs both. Messages take two events each; facts are stated as often
// as the name says, where a consensus states about one for four messages and a task queue one for two.

import type { Address, Coordinator, Env, Message } from '../env/index.ts'
import { Recorder } from '../observe/recorder.ts'
import { RunChecks } from '../run/checking.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { ms, us } from '../units.ts'
import { hostDefaults } from '../world/host.ts'
import { CoordinatorBehaviour, SimEnv } from '../world/sim-env.ts'
import { World } from '../world/world.ts'
import type { Row } from './row.ts'

const PROCESSES = 200
const PROCESSES_PER_HOST = 10
const HANDLER_COST_NS = us(10)
const SLICES = 200
const EVENTS = 32_768

interface Token extends Message {
  readonly kind: 'token'
  readonly hops: number
}

/** States something at the n-th message that a process gets. */
type State = (env: Env, n: number) => void

/** Groups of five decide together. */
const decide: State = (env, n) => {
  const group = groupOf(env.self.name)
  env.observe({ kind: 'fact', fact: 'decided', group, instance: n, value: 'what all of them decide' })
}

const groups = new Map(
  Array.from({ length: PROCESSES }, (_, i) => [`agent.${i}`, `group ${Math.floor(i / 5)}`]),
)
const groupOf = (name: string): string => groups.get(name)!

/** A task a message: submitted, and done by the next. */
const work: State = (env, n) => {
  const task = `${env.self.name}/${n}`
  env.observe({ kind: 'fact', fact: 'submitted', queue: 'tasks', task, once: true })
  env.observe({ kind: 'fact', fact: 'done', queue: 'tasks', task })
}

const LOADS: readonly (readonly [name: string, state: State])[] = [
  ['no facts', () => {}],
  [
    'a decision every 4 messages',
    (env, n) => {
      if (n % 4 === 0) decide(env, n)
    },
  ],
  ['a decision each message', decide],
  [
    'a task every 4 messages',
    (env, n) => {
      if (n % 4 === 0) work(env, n)
    },
  ],
  ['a task each message', work],
]

function relay(env: Env, peers: readonly Address[], state: State): Coordinator {
  let got = 0
  const pass = (hops: number) => {
    const token: Token = { kind: 'token', hops }
    env.send(peers[hops % peers.length]!, token)
  }
  return {
    *start() {
      yield* env.sleep(env.random('begin').integer(ms(1)))
      pass(1)
    },
    receive(_from, message) {
      state(env, ++got)
      pass((message as Token).hops + 1)
    },
  }
}

function fleet(state: State): World {
  const latency = { kind: 'constant', value: us(100) }
  const network = { latency, bandwidth: 125e6, loopback: us(15), overhead: 150 }
  const world = new World({
    seed: '1',
    recorder: new Recorder(),
    network: network as World['network']['values'],
  })
  const all = Array.from({ length: PROCESSES }, (_, i) => {
    const name = `host.${Math.floor(i / PROCESSES_PER_HOST)}`
    const host = world.hosts.get(name) ?? world.addHost(name, { ...hostDefaults, cores: 4 })
    return world.addProcess(host, `agent.${i}`, 'agent')
  })
  all.forEach((process, i) => {
    const peers = [1, 7, 49, 143].map((step) => all[(i + step) % PROCESSES]!.address)
    const env = new SimEnv(process, () => {})
    process.behaviour = new CoordinatorBehaviour(process, HANDLER_COST_NS, () => relay(env, peers, state))
  })
  for (const process of all) process.begin()
  return world
}

/** Microseconds of the processor that it takes, garbage collection included. */
function timed(run: () => void): number {
  const began = process.cpuUsage().user
  run()
  return process.cpuUsage().user - began
}

/** Of the faster half: what disturbs a slice only slows it down. */
function typical(times: readonly number[]): number {
  const half = times.toSorted((a, b) => a - b).slice(0, times.length / 2)
  return half.reduce((sum, time) => sum + time, 0) / half.length
}

export function measure(): Row[] {
  const scenario = { coordinators: {} } as unknown as Scenario
  return LOADS.flatMap(([name, state]) => {
    const [bare, watched] = [fleet(state), fleet(state)]
    const checks = new RunChecks(watched, scenario)
    const off: number[] = []
    const on: number[] = []
    for (let slice = 0; slice < SLICES; slice++) {
      off.push(timed(() => bare.simulation.run({ events: EVENTS })))
      on.push(timed(() => checks.run({ events: EVENTS })))
    }
    const row = (what: string, time: number, note?: string): Row => ({
      name: `${name}, ${what}`,
      pending: PROCESSES,
      perSecond: (EVENTS / time) * 1e6,
      ...(note === undefined ? {} : { note }),
    })
    const more = (typical(on) / typical(off) - 1) * 100
    return [row('off', typical(off)), row('on', typical(on), `${more.toFixed(1)} % more time`)]
  })
}
