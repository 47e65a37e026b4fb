// Consul: an agent on each host, some of them servers. Agents tell one another who is there (Serf, on memberlist), check the
// services on their host and register them with the servers; servers agree on the catalogue (Raft), and answer who serves.
// See members.ts, detector.ts, gossip.ts, raft.ts, health-check.ts for each, and what is left out of it. Left out besides:
// the key-value store, sessions, blocking queries, prepared queries, ACLs, several data centres, Connect, and DNS's limit of
// answers. What an agent has registered is lost when it ends, and registered anew from its configuration when it starts.

import {
  type Address,
  type DeregisterServiceRequest,
  type HealthServiceRequest,
  type MembersReply,
  type Message,
  RefusedError,
  type RegisterServiceRequest,
} from '../../../env/index.ts'
import { ScenarioError } from '../../../errors.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { Process } from '../../process.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { processesOf } from '../addresses.ts'
import { Broadcasts } from './broadcasts.ts'
import { Catalog } from './catalog.ts'
import { Detector } from './detector.ts'
import { Gossip } from './gossip.ts'
import { LocalServices } from './local-services.ts'
import { type Member, Members } from './members.ts'
import type { Packet } from './packet.ts'
import { type ConsulValues, faults, metrics, parameters } from './parameters.ts'
import { Raft } from './raft.ts'
import type { RaftMessage } from './raft-messages.ts'
import { Reconciliation } from './reconciliation.ts'
import { Rpc, type ServerState } from './rpc.ts'

export const consul = defineService({
  name: 'consul',
  meaning: 'a Consul agent: gossip and failure detection, health checks, and as a server the catalogue',
  parameters,
  metrics,
  faults,
  create: (context, values) => new Agent(context, values),
})

export class Agent implements Service {
  readonly members: Members
  readonly server: ServerState | undefined
  readonly #seeds: readonly string[]
  readonly #failed = new Set<string>()
  readonly #broadcasts = new Broadcasts()
  readonly #detector: Detector
  readonly #gossip: Gossip
  readonly #local: LocalServices
  readonly #rpc: Rpc
  readonly #reconciliation: Reconciliation | undefined
  readonly #count
  readonly #members
  #left = false

  constructor(
    readonly context: ServiceContext,
    readonly values: ConsulValues,
  ) {
    const { name } = context
    const servers = values.servers?.map((server) => server.name) ?? [name]
    this.#seeds = servers.filter((server) => server !== name)
    this.#count = counters(context)
    this.#members = context.level('members', 'count', 'neither', 'members that are there as it is known to')
    this.members = this.#makeMembers()
    this.#detector = new Detector(
      context,
      values,
      this.members,
      (to, signal, updates) => this.#gossip.send(to, signal, updates),
      (answered) => (answered ? this.#count.probes : this.#count.probesFailed).add(context.now()),
    )
    this.#gossip = new Gossip(context, values, this.members, this.#broadcasts, this.#failed, (packet) =>
      this.#sent(packet),
    )
    this.server = servers.includes(name) ? this.#makeServer() : undefined
    const isUp = (server: string) => this.members.get(server)?.up ?? false
    this.#rpc = new Rpc(context, values, servers, this.server, isUp)
    this.#reconciliation =
      this.server &&
      new Reconciliation(context, values.reconcileInterval, this.server, this.members, this.#failed)
    this.#local = new LocalServices(
      context,
      values.syncRetryInterval,
      (command, done) => this.#rpc.write(command, done),
      () => this.#count.deregistered.add(context.now()),
    )
    requireAgents(context, values)
  }

  begin(): void {
    this.#observe()
    this.#gossip.begin(this.#seeds)
    this.#detector.begin()
    this.server?.raft.begin()
    this.#reconciliation?.begin()
    this.#local.begin()
    for (const [service, { targets, check }] of Object.entries(this.values.services))
      for (const { host, address } of processesOf(this.context.process.world, targets))
        if (registrar(this.context, host.processes) && host === this.context.host)
          this.#local.register({ id: address.name, service, address }, check)
  }

  cost({ message }: Envelope): Nanos {
    return message.kind === 'serf.packet' ? this.values.gossipCost : this.values.cost
  }

  receive({ name: from }: Address, message: Message): void {
    if (this.#left) return
    if (message.kind !== 'serf.packet') this.server?.raft.received(from, message as RaftMessage)
    else {
      const { signal, updates } = message as Packet
      for (const update of updates) this.members.apply(update)
      if (signal) this.#detector.received(from, signal)
      this.#gossip.kick()
    }
  }

  handle(request: Envelope): void {
    const { message } = request
    if (this.#left) request.refuse(new RefusedError(500, `${this.context.name} has left`))
    else if (message.kind === 'serf.state') {
      this.#gossip.answer(request)
      this.#gossip.kick()
    } else if (message.kind === 'consul.rpc' && this.server) this.#rpc.answer(request)
    else if (message.kind === 'consul.health') this.#answerHealth(request)
    else if (message.kind === 'consul.register') this.#register(request)
    else if (message.kind === 'consul.deregister') this.#deregister(request)
    else if (message.kind === 'consul.members') request.reply(this.#memberList())
    else request.refuse(new RefusedError(404, `${this.context.name} answers no ${message.kind}`))
  }

  crash(): void {
    this.#members.set(this.context.now(), 0)
  }

  fault(): () => void {
    this.members.leave()
    this.#gossip.kick()
    this.#left = true
    return () => {
      this.#left = false
      this.members.comeBack()
      this.#gossip.join(this.#seeds)
      this.#local.refresh()
    }
  }

  #makeMembers(): Members {
    const { context, values } = this
    return new Members({
      name: context.name,
      terms: values,
      random: context.random('members'),
      now: () => context.now(),
      after: (delay, then) => {
        const timer = context.process.after(delay, then)
        return () => timer.cancel()
      },
      broadcast: (update) => {
        this.#broadcasts.add(update)
        this.#gossip?.kick()
      },
      refuted: () => {
        this.#detector.blame(1)
        this.#count.refutations.add(context.now())
      },
      changed: (member, before) => this.#changed(member, before),
    })
  }

  #makeServer(): ServerState {
    const { context, values } = this
    const catalog = new Catalog()
    const raft = new Raft(
      context,
      values,
      this.#seeds,
      (command) => catalog.apply(command),
      () => {
        this.#count.elections.add(context.now())
        this.#reconciliation!.all()
      },
    )
    return { raft, catalog }
  }

  #changed(member: Member, before: Member['state'] | undefined): void {
    const { name, state } = member
    const now = this.context.now()
    if (state === before) return
    if (state === 'suspect') this.#count.suspicions.add(now)
    if (state === 'dead') {
      this.#failed.add(name)
      this.#count.failures.add(now)
      const process = this.context.processOf({ name })
      if (process.up) this.#count.falseAlarms.add(now)
      else this.#count.detection.record(now, now - process.endedAt)
    } else if (state !== 'suspect') this.#failed.delete(name)
    this.#reconciliation?.changed(member)
    this.#observe()
  }

  #answerHealth(request: Envelope): void {
    const now = this.context.now()
    this.#count.reads.add(now)
    this.#rpc.read(request.message as HealthServiceRequest, (reply, error) => {
      if (reply) request.reply(reply)
      else {
        this.#count.readsFailed.add(this.context.now())
        request.refuse(new RefusedError(500, error!.message))
      }
    })
  }

  #register(request: Envelope): void {
    const { service, id, address, check } = request.message as RegisterServiceRequest
    this.#local.register({ id, service, address }, check)
    request.reply({ kind: 'consul.registered' })
  }

  #deregister(request: Envelope): void {
    const { id } = request.message as DeregisterServiceRequest
    if (this.#local.deregister(id)) request.reply({ kind: 'consul.deregistered' })
    else request.refuse(new RefusedError(404, `${this.context.name} knows no service ${id}`))
  }

  #memberList(): MembersReply {
    const status = ({ up, state }: Member) => (up ? 'alive' : state === 'left' ? 'left' : 'failed')
    const known = this.members.list.map((member) => ({ name: member.name, status: status(member) }) as const)
    const forgotten = [...this.#failed].filter((name) => !this.members.get(name))
    return {
      kind: 'consul.member-list',
      members: [...known, ...forgotten.map((name) => ({ name, status: 'failed' }) as const)],
    }
  }

  #sent({ bytes }: Packet): void {
    const now = this.context.now()
    this.#count.packets.add(now)
    this.#count.packetBytes.add(now, bytes)
  }

  #observe(): void {
    let up = 0
    for (const member of this.members.list) if (member.up) up++
    this.#members.set(this.context.now(), up)
  }
}

const counters = (context: ServiceContext) => ({
  probes: context.counter('probes'),
  probesFailed: context.counter('probes.failed'),
  suspicions: context.counter('suspicions'),
  failures: context.counter('failures'),
  falseAlarms: context.counter('false-alarms'),
  refutations: context.counter('refutations'),
  packets: context.counter('packets'),
  packetBytes: context.counter('packet-bytes'),
  deregistered: context.counter('deregistered'),
  elections: context.counter('elections'),
  reads: context.counter('reads'),
  readsFailed: context.counter('reads.failed'),
  detection: context.recording('detection'),
})

/** Whether it is this agent, the first of its part on its host, that registers what is on it. */
const registrar = ({ process }: ServiceContext, onHost: readonly Process[]): boolean =>
  onHost.find(({ part }) => part === process.part) === process

/** A target without an agent would never be registered, without a word. */
function requireAgents({ process }: ServiceContext, { services }: ConsulValues): void {
  for (const [service, { targets }] of Object.entries(services))
    for (const { name, host } of processesOf(process.world, targets))
      if (!host.processes.some(({ part }) => part === process.part))
        throw new ScenarioError(
          `invalid target of the service ${service}: ${name} is on ${host.name}, where there is no agent of ${process.part}; expected one on each host of its targets`,
        )
}
