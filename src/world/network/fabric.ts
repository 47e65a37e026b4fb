// The edges that messages share, and who stands in which rack: what a topology and an overlay make of the hosts.

import { ScenarioError } from '../../errors.ts'
import type { Level } from '../../observe/level.ts'
import type { Recorder } from '../../observe/recorder.ts'
import type { Reference } from '../../parameters.ts'
import type { Nanos } from '../../units.ts'
import type { Host } from '../host.ts'
import { instancesNamed } from '../instances.ts'
import { Edge } from './edge.ts'
import type { NetworkValues, OverlayValues } from './parameters.ts'

/** Checked values of `kind: rack`. */
interface RackValues {
  readonly racks: number
  readonly members: Readonly<Record<string, Reference>>
  readonly oversubscription: number
  readonly uplink: number | undefined
  readonly detour: Nanos
}

interface Rack {
  readonly name: string
  readonly hosts: Host[]
  /** To the core and from it. */
  up: Edge | undefined
  down: Edge | undefined
}

/** What is of a host alone. */
interface Port {
  readonly out: Edge
  readonly in: Edge
  /** Where packets are wrapped and unwrapped. */
  readonly wrap: Edge | undefined
  readonly unwrap: Edge | undefined
}

const unlimited = (bandwidth: number): number => (bandwidth === 0 ? Number.POSITIVE_INFINITY : bandwidth)

export class Fabric {
  readonly #kind: string
  readonly #topology: Readonly<Record<string, unknown>>
  readonly #overlay: OverlayValues | undefined
  /** Of each host to its switch. */
  readonly #bandwidth: number
  readonly #recorder: Recorder
  readonly #racks = new Map<Host, Rack>()
  readonly #ports = new Map<Host, Port>()
  readonly #backplane: Edge | undefined

  constructor(values: NetworkValues, recorder: Recorder) {
    const { kind, values: topology } = values.topology ?? { kind: 'flat', values: {} }
    this.#kind = kind
    this.#topology = topology
    this.#overlay = values.overlay
    this.#bandwidth = unlimited(values.bandwidth)
    this.#recorder = recorder
    if (kind !== 'switch') return
    const level = this.#level('backplane', 'the switch’s backplane')
    this.#backplane = new Edge(unlimited(topology.backplane as number), 0, level)
  }

  /** Whether links have a bandwidth of their own, and nothing else. */
  get isFlat(): boolean {
    return this.#kind === 'flat' && this.#overlay === undefined
  }

  /** Whether hosts share what leads to their switch. */
  get isSwitched(): boolean {
    return this.#kind !== 'flat'
  }

  /** Puts the hosts in their racks. Throws a ScenarioError where one stands in two. */
  place(hosts: ReadonlyMap<string, Host>): void {
    if (this.#kind !== 'rack') return
    const { members, racks } = this.#topology as unknown as RackValues
    const all: Rack[] = []
    const rack = (name: string): Rack => {
      const made: Rack = { name, hosts: [], up: undefined, down: undefined }
      all.push(made)
      return made
    }
    for (const [name, named] of Object.entries(members)) {
      const own = rack(name)
      for (const { name: group } of named)
        for (const host of instancesNamed(hosts, group)) this.#put(host, own)
    }
    const dealt = Array.from({ length: racks }, (_, i) => rack(`rack.${i + 1}`))
    let turn = 0
    if (racks > 0)
      for (const host of hosts.values()) if (!this.#racks.has(host)) this.#put(host, dealt[turn++ % racks]!)
    for (const each of all) this.#wire(each)
  }

  /** The hosts of its rack, itself among them; itself alone where it stands in none. */
  rackOf(host: Host): readonly Host[] {
    return this.#racks.get(host)?.hosts ?? [host]
  }

  /** What a message passes that others pass too, in order. */
  edges(from: Host, to: Host): readonly Edge[] {
    const { out, wrap } = this.#port(from)
    const { in: into, unwrap } = this.#port(to)
    const between = this.isSwitched ? [out, ...this.#core(from, to), into] : []
    return [wrap, ...between, unwrap].filter((edge) => edge !== undefined)
  }

  /** Latency added to that of the link. */
  detour(from: Host, to: Host): Nanos {
    const leaves = this.#kind === 'rack' && this.#racks.get(from) !== this.#racks.get(to)
    const detour = leaves ? (this.#topology as unknown as RackValues).detour : 0
    return detour + (this.#overlay?.latency ?? 0)
  }

  #core(from: Host, to: Host): readonly (Edge | undefined)[] {
    if (this.#kind === 'switch') return [this.#backplane]
    const [a, b] = [this.#racks.get(from), this.#racks.get(to)]
    return a === b ? [] : [a?.up, b?.down]
  }

  #put(host: Host, rack: Rack): void {
    const other = this.#racks.get(host)
    if (other)
      throw new ScenarioError(
        other === rack
          ? `${host.name} is named twice in the rack ${rack.name}`
          : `${host.name} stands in the racks ${other.name} and ${rack.name}; expected one`,
      )
    this.#racks.set(host, rack)
    rack.hosts.push(host)
  }

  #wire(rack: Rack): void {
    const { uplink, oversubscription } = this.#topology as unknown as RackValues
    const bandwidth =
      uplink === undefined ? (rack.hosts.length * this.#bandwidth) / oversubscription : unlimited(uplink)
    if (rack.hosts.length === 0) return
    rack.up = new Edge(
      bandwidth,
      0,
      this.#level(`uplink.${rack.name}`, `what leads from ${rack.name} to the core`),
    )
    rack.down = new Edge(
      bandwidth,
      0,
      this.#level(`downlink.${rack.name}`, `what leads from the core to ${rack.name}`),
    )
  }

  #port(host: Host): Port {
    let port = this.#ports.get(host)
    if (!port) {
      const tunnel = () =>
        this.#overlay ? new Edge(Number.POSITIVE_INFINITY, this.#overlay.packetCost) : undefined
      port = {
        out: new Edge(this.#bandwidth),
        in: new Edge(this.#bandwidth),
        wrap: tunnel(),
        unwrap: tunnel(),
      }
      this.#ports.set(host, port)
    }
    return port
  }

  #level(name: string, what: string): Level {
    const definition = { unit: 'ratio', better: 'neither', meaning: `share in use of ${what}` } as const
    const level = this.#recorder.level(`network.${name}.utilisation`, definition, { series: true })
    level.set(0, 0)
    return level
  }
}
