// Customers a second of an M/M/1 queue written as tasks: one task makes customers at exponential gaps, each customer is
// a task that takes a permit, sleeps its service and gives the permit back. Some rows have other tasks asleep meanwhile.

import { type Env, Semaphore, type Task } from '../env/index.ts'
import { Recorder } from '../observe/recorder.ts'
import { seconds } from '../units.ts'
import { hostDefaults } from '../world/host.ts'
import { CoordinatorBehaviour, SimEnv } from '../world/sim-env.ts'
import { World } from '../world/world.ts'
import type { Row } from './row.ts'
import { eventsPerSecond } from './slices.ts'

const MEAN_SERVICE_NS = 1e6
/** Of a customer: the end of the gap before it, and the end of its service. */
const EVENTS_PER_CUSTOMER = 2

/** Customers come one after another, for ever. */
function* source(env: Env, load: number): Task<void> {
  const gaps = env.random('gaps')
  const services = env.random('services')
  const server = new Semaphore(1)
  const customer = function* (): Task<void> {
    yield* server.acquire()
    yield* env.sleep(Math.round(services.exponential(MEAN_SERVICE_NS)))
    server.release()
  }
  for (;;) {
    yield* env.sleep(Math.round(gaps.exponential(MEAN_SERVICE_NS / load)))
    env.spawn(customer(), 'customer')
  }
}

/** So long a nap that few end: what is measured is the cost of the number of sleepers. */
function* sleeper(env: Env): Task<void> {
  const naps = env.random('naps')
  for (;;) yield* env.sleep(seconds(100_000 * (1 + naps.uniform())))
}

function row(load: number, sleepers: number): Row {
  const world = oneProcess((env) => {
    for (let i = 0; i < sleepers; i++) env.spawn(sleeper(env), 'sleeper')
    return source(env, load)
  })
  const perSecond = eventsPerSecond(world) / EVENTS_PER_CUSTOMER
  return { name: `load ${load}`, pending: sleepers, perSecond }
}

function oneProcess(start: (env: Env) => Task<void>): World {
  const world = new World({
    seed: '1',
    recorder: new Recorder(),
    network: { latency: { kind: 'constant', value: 0 }, bandwidth: 0, loopback: 0, overhead: 0 },
  })
  const host = world.addHost('host', { ...hostDefaults, cores: 1 })
  const process = world.addProcess(host, 'shop', 'shop')
  process.behaviour = new CoordinatorBehaviour(process, 0, () => {
    const env = new SimEnv(process, () => {})
    return { start: () => start(env) }
  })
  process.begin()
  return world
}

/** Customers a second. */
export const measure = (): Row[] => [row(0.5, 0), row(0.9, 0), row(0.9, 10_000), row(0.9, 1_000_000)]
