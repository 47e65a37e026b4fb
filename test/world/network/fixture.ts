// Hosts with one process each, which note what arrives and answer what they are asked.

import type { Message } from '../../../src/env/index.ts'
import type { Envelope } from '../../../src/world/envelope.ts'
import type { Host } from '../../../src/world/host.ts'
import { type ConnectionValues, networkParameters } from '../../../src/world/network/parameters.ts'
import type { NetworkValues } from '../../../src/world/network.ts'
import type { Process } from '../../../src/world/process.ts'
import type { World } from '../../../src/world/world.ts'
import { makeWorld } from '../fixture.ts'
import { Asked } from '../services/fixture.ts'

export interface Arrival {
  readonly to: string
  readonly number: number
  readonly at: number
}

interface Note extends Message {
  readonly number: number
}

/** One process on each host, which notes what arrives and answers requests at once. */
export function offices(hosts: readonly string[], network: Partial<NetworkValues>, seed = '1') {
  const world = makeWorld(Object.fromEntries(hosts.map((host) => [host, {}])), network, seed)
  world.network.place(world.hosts)
  const arrivals: Arrival[] = []
  const taken: Envelope[] = []
  for (const name of hosts) {
    const process = world.addProcess(world.hosts.get(name)!, `at.${name}`, 'office')
    process.behaviour = {
      cost: () => 0,
      begin() {},
      deliver: (envelope) => {
        const { message, role } = envelope
        arrivals.push({ to: name, number: (message as Note).number, at: world.simulation.now })
        if (role !== 'request') return
        taken.push(envelope)
        if (message.kind !== 'wait') envelope.reply({ kind: 'answer', bytes: 0 })
      },
    }
  }
  const at = (time: number, then: () => void) => world.simulation.schedule(time, { id: 0, fire: then }, 0)
  const office = (host: string): Process => world.processes.get(`at.${host}`)!
  const host = (name: string): Host => world.hosts.get(name)!
  let sent = 0
  const send = (time: number, from: string, to: string, bytes = 100) => {
    const message: Note = { kind: 'note', number: sent++, bytes }
    at(time, () => host(from).up && office(from).send(office(to), message))
    return message.number
  }
  const ask = (
    time: number,
    from: string,
    to: string,
    terms: { bytes?: number; timeout?: number; kind?: string } = {},
  ) => {
    const { bytes = 100, timeout = 1e15, kind = 'ask' } = terms
    const message: Note = { kind, number: sent++, bytes }
    const asked: Asked[] = []
    at(time, () => asked.push(new Asked(office(from), office(to), message, { timeout })))
    return {
      number: message.number,
      get endedAt(): number {
        return asked[0]?.endedAt ?? -1
      },
      get error(): string | undefined {
        const error = asked[0]?.error
        return error === undefined ? undefined : String(error)
      },
      get account() {
        return asked[0]!.account
      },
      cancel: () => asked[0]!.cancel(),
    }
  }
  return { world, arrivals, taken, at, send, ask, host, office }
}

export const counted = (world: World, name: string): number =>
  world.recorder.finish(world.simulation.now).metrics[`network.${name}`]!.value!

/** As a scenario's `connections: {}` is, but for what is given. */
export function connections(given: Partial<ConnectionValues> = {}): ConnectionValues {
  const { shape } = networkParameters.connections
  const defaults = Object.fromEntries(
    Object.entries(shape.type === 'record' ? shape.fields : {}).map(([name, field]) => [name, field.default]),
  )
  return { ...defaults, ...given } as ConnectionValues
}

export const set = (...hosts: readonly Host[]): ReadonlySet<Host> => new Set(hosts)
