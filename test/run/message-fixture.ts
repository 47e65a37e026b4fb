// A small data centre whose messages are kept.

import type { Env, Message, Request, Task } from '../../src/env/index.ts'
import type { RecordedTraffic } from '../../src/observe/recorded.ts'
import { Recorder } from '../../src/observe/recorder.ts'
import { MessageRecord } from '../../src/run/message-record.ts'
import type { HostValues } from '../../src/world/host.ts'
import type { NetworkValues } from '../../src/world/network.ts'
import { World } from '../../src/world/world.ts'
import { HOST, NETWORK } from '../world/fixture.ts'

export interface Kept {
  readonly world: World
  readonly messages: MessageRecord
}

export function keptWorld(
  hosts: Readonly<Record<string, Partial<HostValues>>>,
  network: Partial<NetworkValues> = {},
): Kept {
  const messages = new MessageRecord()
  const world = new World({
    seed: '1',
    recorder: new Recorder(),
    network: { ...NETWORK, ...network },
    messages: messages.log,
  })
  for (const [name, values] of Object.entries(hosts)) world.addHost(name, { ...HOST, ...values })
  return { world, messages }
}

/** Lets everything begin and run to its end, or for so long. */
export function runAll({ world }: Kept, until?: number): void {
  for (const process of world.processes.values()) process.begin()
  world.simulation.run(until === undefined ? {} : { until })
}

export const trafficIn = ({ world, messages }: Kept): RecordedTraffic => messages.finish(world, '1').traffic!

/** [from, to, messages] by name. */
export const linksOf = ({
  links,
  processes,
}: RecordedTraffic): readonly (readonly [string, string, number])[] =>
  links.map(([from, to, messages]) => [processes[from]!.name, processes[to]!.name, messages] as const)

export interface Ask extends Request<Message> {
  readonly kind: string
}

/** Passes a request on to the next of a line, computing before and after; the last one answers. */
export const passesOn =
  (next: string | undefined, work: number) =>
  (env: Env): { handle(from: unknown, request: Request<unknown>): Task<Message> } => ({
    *handle(_from, request) {
      yield* env.compute({ cost: work })
      if (next !== undefined) yield* env.call({ name: next }, request as Ask, 1e12)
      yield* env.compute({ cost: work })
      return { kind: 'done' }
    },
  })
