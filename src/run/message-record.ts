// The messages of one run: who talked to whom since the end of warm-up.

import { MessageLog } from '../observe/message-log.ts'
import type { Recorded } from '../observe/recorded.ts'
import { trafficOf } from '../observe/traffic.ts'
import type { Nanos } from '../units.ts'
import type { World } from '../world/world.ts'

export class MessageRecord {
  readonly log = new MessageLog()
  #start: Nanos = 0
  /** What the cores of each host had been in use by then. */
  readonly #before = new Map<string, number>()

  /** The warm-up is over, and levels are reset. */
  measure({ hosts, simulation: { now } }: World): void {
    this.#start = now
    this.log.reset(now)
    for (const [name, { cpu }] of hosts) this.#before.set(name, cpu.levels!.total.integral(now))
  }

  finish({ hosts, simulation: { now } }: World, seed: string): Pick<Recorded, 'traffic'> {
    const measured = now - this.#start
    const used = [...hosts.values()].map(({ name, cpu }) => {
      const inUse = cpu.levels!.total.integral(now) - (this.#before.get(name) ?? 0)
      return { name, cores: cpu.cores, utilisation: measured === 0 ? 0 : inUse / measured }
    })
    return { traffic: trafficOf(this.log, { seed, now, measured, hosts: used }) }
  }
}
