// Redis servers, a state store on host `d`, and requests to it with what came of each.

import { stateStore } from '../../../src/coordination/index.ts'
import type { Observation, StateOperation, StateReply } from '../../../src/env/index.ts'
import { seconds, us } from '../../../src/units.ts'
import type { Process } from '../../../src/world/process.ts'
import { CoordinatorBehaviour, SimEnv } from '../../../src/world/sim-env.ts'
import { Asked } from '../../world/services/fixture.ts'
import { Servers } from '../../world/services/redis/servers.ts'
import { createdBy } from '../fixture.ts'

/** A node timeout and an election so short that a failover takes about half a second. */
export const FAST = { nodeTimeout: seconds(0.3), electionDelay: seconds(0.05) }

export class Store {
  readonly servers: Servers
  readonly process: Process
  readonly observed: Exclude<Observation, { kind: 'fact' }>[] = []

  constructor(
    count: number,
    redis: Readonly<Record<string, unknown>>,
    state: Readonly<Record<string, unknown>> = {},
    seed = '1',
  ) {
    this.servers = new Servers(count, redis, { latency: { kind: 'constant', value: us(100) } }, seed)
    const { world, all } = this.servers
    this.process = world.addProcess(world.hosts.get('d')!, 'state', 'state')
    const env = new SimEnv(this.process, (observation) => this.observed.push(observation))
    const servers = all.map(({ name }) => ({ name }))
    this.process.behaviour = new CoordinatorBehaviour(this.process, 0, () =>
      createdBy(stateStore, env, { servers, ...state }),
    )
    this.process.begin()
  }

  ask(operations: readonly StateOperation[]): Asked<StateReply> {
    const { client } = this.servers
    return new Asked<StateReply>(client, this.process, { kind: 'state', operations } as never, {
      timeout: seconds(600),
    })
  }

  /** Asks, and waits for the end. */
  answer(...operations: StateOperation[]): Asked<StateReply> {
    const asked = this.ask(operations)
    const { simulation } = this.servers.world
    const end = simulation.now + seconds(60)
    while (asked.endedAt < 0 && simulation.now < end) simulation.run({ until: simulation.now + 1e6 })
    return asked
  }

  until(time: number): void {
    this.servers.until(time)
  }

  get now(): number {
    return this.servers.world.simulation.now
  }

  /** The sum of what was observed of a metric. */
  sum(metric: string): number {
    let sum = 0
    for (const each of this.observed)
      if (each.metric === metric) sum += each.kind === 'count' ? (each.by ?? 1) : each.value
    return sum
  }
}
