// Events in words: what happens, to whom, and how that one stands at the time.

import type { EventTarget } from '../kernel/simulation.ts'
import { Envelope } from '../world/envelope.ts'
import { FAULT_ID, type FaultEvent } from '../world/faults/effect.ts'
import type { Host } from '../world/host.ts'
import { Process } from '../world/process.ts'
import type { World } from '../world/world.ts'

/** What is planned as bare code, by its kind: of a service (3, world/service.ts) and of the clients (run/client.ts). */
const PLANNED: Readonly<Record<number, string>> = {
  3: 'a delay is over',
  10: 'a request is asked',
  11: 'a client asks again',
}

const ROLES: Readonly<Record<Envelope['role'], string>> = {
  'one-way': '',
  request: '',
  reply: 'the answer to ',
  failure: 'the refusal of ',
  head: 'the first byte of the answer to ',
  abandon: 'the end of the connection of ',
}

export class EventNames {
  readonly #world: World
  /** Processes and hosts by the numbers of what belongs to them; made anew where one is not known. */
  #owners = new Map<number, Process>()

  constructor(world: World) {
    this.#world = world
  }

  of(target: EventTarget, kind: number): string {
    if (target instanceof Envelope) return nameOf(target)
    const { envelope } = target as { envelope?: unknown }
    if (envelope instanceof Envelope) return `a packet: ${nameOf(envelope)}`
    const process = this.#processOf(target)
    const what = labelOf(target, kind)
    return process ? `${what} at ${process.name}` : what
  }

  /** `station: 3 wait, busy; box: 1 of 1 cores in use`; of a fault which one; empty where it happens to no process and on no host. */
  stateOf(target: EventTarget): string {
    if (target.id === FAULT_ID) return (target as Partial<FaultEvent>).label ?? ''
    const process = this.#processOf(target)
    const host = process?.host ?? this.#hostOf(target)
    if (!host) return ''
    const { cpu, name } = host
    const used = Math.round(cpu.busy * 100) / 100
    const cores = `${name}: ${used} of ${cpu.cores} cores in use`
    if (!process) return cores
    const { handling, busy, waiting } = process
    const state =
      handling === undefined ? (busy ? 'busy with work of its own' : 'free') : `busy with ${handling}`
    return `${process.name}: ${waiting} waiting, ${state}; ${cores}`
  }

  /** Of work that is no process's own. */
  #hostOf(target: EventTarget): Host | undefined {
    const { cpu, group } = target as { readonly cpu?: unknown; readonly group?: { readonly cpu?: unknown } }
    const own = cpu ?? group?.cpu
    return own === undefined ? undefined : [...this.#world.hosts.values()].find((host) => host.cpu === own)
  }

  #processOf(target: EventTarget): Process | undefined {
    if (target instanceof Envelope) return target.to
    const own =
      (target as { process?: unknown; from?: unknown }).process ?? (target as { from?: unknown }).from
    if (own instanceof Process) return own
    const known = this.#owners.get(target.id)
    if (known) return known
    this.#owners = new Map(
      [...this.#world.processes.values()].flatMap((process): [number, Process][] => [
        [process.cpuGroup.id, process],
        [process.id, process],
      ]),
    )
    return this.#owners.get(target.id)
  }
}

function nameOf({ role, from, to, message, call }: Envelope): string {
  const kind = call && role !== 'request' ? call.message.kind : message.kind
  const way = from === to ? `to itself, ${to.name}` : `from ${from.name} to ${to.name}`
  return `${ROLES[role]}${kind} comes ${way}`
}

/** What an event that is no message is called: by its label if it has one, else by its class. */
function labelOf(target: EventTarget, kind: number): string {
  const { label } = target.id === FAULT_ID ? {} : (target as { label?: unknown })
  const what = target.constructor.name
  if (typeof label === 'string') return label
  if (what === 'Object')
    return target.id === FAULT_ID ? 'a fault sets in or ends' : (PLANNED[kind] ?? 'what was planned')
  if (what === 'CpuGroup') return 'work on a core is done'
  return kind === 0 ? what : `${what} (${kind})`
}
