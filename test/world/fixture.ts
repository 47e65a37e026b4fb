// A small data centre for tests: hosts by name, an ideal network unless stated, coordinators without handler cost.

import type { Coordinator, Env } from '../../src/env/index.ts'
import { Recorder } from '../../src/observe/recorder.ts'
import { type HostValues, hostDefaults } from '../../src/world/host.ts'
import type { NetworkValues } from '../../src/world/network.ts'
import type { Process } from '../../src/world/process.ts'
import { CoordinatorBehaviour, SimEnv } from '../../src/world/sim-env.ts'
import { World } from '../../src/world/world.ts'

export const HOST: HostValues = { ...hostDefaults, cores: 1, memory: 2 ** 30, boot: 0 }

export const NETWORK: NetworkValues = {
  latency: { kind: 'constant', value: 0 },
  bandwidth: 0,
  loopback: 0,
  overhead: 0,
}

export function makeWorld(
  hosts: Readonly<Record<string, Partial<HostValues>>> = { a: {} },
  network: Partial<NetworkValues> = {},
  seed = '1',
): World {
  const world = new World({
    seed,
    recorder: new Recorder(),
    network: { ...NETWORK, ...network },
    checked: true,
  })
  for (const [name, values] of Object.entries(hosts)) world.addHost(name, { ...HOST, ...values })
  return world
}

/** A process on a host running what `create` makes; it begins when the test calls `process.begin()`. */
export function addCoordinator(
  world: World,
  host: string,
  name: string,
  create: (env: Env) => Coordinator,
  handlerCost = 0,
  part = name,
): Process {
  const process = world.addProcess(world.hosts.get(host)!, name, part)
  process.behaviour = new CoordinatorBehaviour(process, handlerCost, () =>
    create(new SimEnv(process, () => {})),
  )
  return process
}
