// Customers a second of an M/M/1 queue written as tasks: one task makes customers at exponential gaps, each customer is
// a task that takes a permit, sleeps its service and gives the permit back. Some rows have other tasks asleep meanwhile.

import { type Env, Semaphore, type Task } from '../env/index.ts'
import { Recorder } from '../observe/recorder.ts'
import { seconds } from '../units.ts'
import { CoordinatorBehaviour, SimEnv } from '../world/sim-env.ts'
import { World } from '../world/world.ts'

export interface Row {
  readonly name: string
  /** Tasks asleep meanwhile. */
  readonly pending: number
  readonly perSecond: number
  readonly note?: string
}

const CUSTOMERS = 500_000
const ROUNDS = 5
const MEAN_SERVICE_NS = 1e6

/** Customers come until there were enough of them. */
function* source(env: Env, load: number, customers: number): Task<void> {
  const gaps = env.random('gaps')
  const services = env.random('services')
  const server = new Semaphore(1)
  const customer = function* (): Task<void> {
    yield* server.acquire()
    yield* env.sleep(Math.round(services.exponential(MEAN_SERVICE_NS)))
    server.release()
  }
  for (let i = 0; i < customers; i++) {
    yield* env.sleep(Math.round(gaps.exponential(MEAN_SERVICE_NS / load)))
    env.spawn(customer(), 'customer')
  }
}

/** Sleeps in turns that end throughout the run, `sleepers` of them at once. */
function* sleeper(env: Env, span: number): Task<void> {
  const naps = env.random('naps')
  for (;;) yield* env.sleep(Math.round(span * (1 + naps.uniform())))
}

/** Customers per second of wall time; the best of several rounds, since what disturbs a round only slows it down. */
function row(load: number, sleepers: number): Row {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const world = oneProcess((env) =>
      (function* (): Task<void> {
        // The sleepers' naps are so long that few of them end: what is measured is the cost of their number.
        for (let i = 0; i < sleepers; i++) env.spawn(sleeper(env, seconds(100_000)), 'sleeper')
        yield* env.sleep(1)
        yield* source(env, load, CUSTOMERS)
      })(),
    )
    world.simulation.run({ until: 1 })
    const began = performance.now()
    world.simulation.run({ until: (CUSTOMERS / load) * MEAN_SERVICE_NS * 1.1 })
    least = Math.min(least, performance.now() - began)
  }
  return { name: `M/M/1 as tasks, load ${load}`, pending: sleepers, perSecond: (CUSTOMERS / least) * 1000 }
}

function oneProcess(start: (env: Env) => Task<void>): World {
  const world = new World({
    seed: '1',
    recorder: new Recorder(),
    network: { latency: { kind: 'constant', value: 0 }, bandwidth: 0, loopback: 0, overhead: 0 },
  })
  const host = world.addHost('host', {
    cores: 1,
    speed: 1,
    memory: 1,
    memoryBandwidth: 1,
    diskBandwidth: 1,
    boot: 0,
  })
  const process = world.addProcess(host, 'shop', 'shop')
  process.behaviour = new CoordinatorBehaviour(process, 0, () => {
    const env = new SimEnv(process, () => {})
    return { start: () => start(env) }
  })
  process.begin()
  return world
}

export const measure = (): Row[] => [row(0.5, 0), row(0.9, 0), row(0.9, 10_000), row(0.9, 1_000_000)]
