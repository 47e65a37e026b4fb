// A coordinator at its peers, and what it observed: the port on virtual time, an ideal network, servers that a test scripts.

import {
  type Coordinator,
  type CoordinatorDefinition,
  type Env,
  type Observation,
  Running,
  type Task,
} from '../../src/env/index.ts'
import { kebab } from '../../src/parameters.ts'
import type { Process } from '../../src/world/process.ts'
import { CoordinatorBehaviour, SimEnv } from '../../src/world/sim-env.ts'
import type { World } from '../../src/world/world.ts'
import { makeWorld } from '../world/fixture.ts'

export interface Stage {
  readonly world: World
  readonly env: Env
  readonly process: Process
  readonly observed: Observation[]
  /** Lets a task begin at this instant. */
  begin<T>(task: Task<T>, name?: string): Running<T>
  /** Runs to the end of everything; what a module would be blamed for is thrown. */
  run(): void
}

/** A process `actor` on host `a`, beside hosts `b` and whatever else is named. */
export function makeStage(
  world: World = makeWorld({ a: {}, b: {} }),
  create: (env: Env) => Coordinator = () => ({}),
): Stage {
  const process = world.addProcess(world.hosts.get('a')!, 'actor', 'actor')
  const observed: Observation[] = []
  const env = new SimEnv(process, (observation) => observed.push(observation))
  process.behaviour = new CoordinatorBehaviour(process, 0, () => create(env))
  return {
    world,
    env,
    process,
    observed,
    begin(task, name = 'task') {
      let running!: Running<never>
      process.enter(() => {
        running = new Running(process, task, name) as Running<never>
      })
      return running
    },
    run() {
      world.simulation.run()
      if (world.failure) throw world.failure
    },
  }
}

/** The values observed of a metric, in their order. */
export const valuesOf = (observed: readonly Observation[], metric: string): number[] =>
  observed.flatMap((observation) =>
    observation.kind === 'fact' || observation.metric !== metric
      ? []
      : [observation.kind === 'count' ? (observation.by ?? 1) : observation.value],
  )

// biome-ignore lint/suspicious/noExplicitAny: definitions of all parameters
type AnyDefinition = CoordinatorDefinition<any>

/** A coordinator of this kind: what is given, else the declared default. */
export function createdBy(
  definition: AnyDefinition,
  env: Env,
  given: Readonly<Record<string, unknown>>,
): Coordinator {
  const values: Record<string, unknown> = { ...given }
  for (const [name, parameter] of Object.entries(definition.parameters) as [
    string,
    { optional?: boolean },
  ][]) {
    if (name in given || parameter.optional) continue
    if (!('default' in parameter)) throw new Error(`missing ${kebab(name)}`)
    values[name] = parameter.default
  }
  return definition.create(env, values)
}
