// Several servers as one: they ping one another, agree on who has failed, and elect a replica in a failed master's place. Of
// a cluster only the masters vote; a single master with its replicas is looked after as Sentinel does it, by a Sentinel on
// each server's host that acts in its server's thread.
// Source: Redis Cluster specification; redis.io, "High availability with Redis Sentinel". Pings carry all that their sender
// knows of the masters, where Redis sends what it claims itself and corrects others (UPDATE).
// They ping for ever, so that a scenario with a group ends by measure.duration or measure.requests.
// Left out: moving slots (ASK), replicas that go over to another master, Sentinel's own quorum.

import type { Address, Message } from '../../../env/index.ts'
import type { Counter } from '../../../observe/counter.ts'
import type { Recording } from '../../../observe/recording.ts'
import { ms, type Nanos, seconds } from '../../../units.ts'
import { instancesNamed } from '../../instances.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import { Availability } from './availability.ts'
import { Detector } from './detector.ts'
import { type Candidate, Election } from './election.ts'
import { Handover, type Writes } from './handover.ts'
import type {
  FailMessage,
  GroupMessage,
  HandoverMessage,
  PingMessage,
  Vote,
  VoteRequest,
} from './messages.ts'
import type { RedisValues } from './parameters.ts'
import type { Replication } from './replication.ts'
import { Routing } from './routing.ts'
import type { View } from './shards.ts'
import { Standing } from './standing.ts'
import type { Thread } from './thread.ts'

/** [S] clusterCron runs ten times a second. */
const TICK = ms(100)
/** [S] A server pings one other a second, and each of them within half the node timeout; here in turn. */
const PING_EACH = seconds(1)
/** [S] A ping's header holds a bit for each slot. */
const PING_BYTES = 2256

/** What changes in a server with its role. */
export interface Roles extends Writes {
  /** It is a replica from now on. */
  demoted(): void
}

export class Group implements Candidate {
  readonly routing: Routing
  readonly #context: ServiceContext
  readonly #thread: Thread
  readonly #values: RedisValues
  readonly #replication: Replication
  readonly #roles: Roles
  readonly #standing: Standing
  readonly #detector: Detector
  readonly #election: Election
  readonly #availability: Availability
  readonly #handover: Handover
  readonly #failovers: Counter
  readonly #failoverTime: Recording
  readonly #pingPeriod: Nanos
  /** How far each has said that it is. */
  readonly #offsets = new Map<number, number>()
  /** Whom it pings next, and when. */
  #nextPeer: number
  #nextPing: Nanos = 0
  #tickedAt: Nanos = 0

  constructor(
    context: ServiceContext,
    thread: Thread,
    values: RedisValues,
    replication: Replication,
    roles: Roles,
  ) {
    const { nodeTimeout } = values
    const peers = instancesNamed(context.process.world.processes, context.process.part)
    this.#context = context
    this.#thread = thread
    this.#values = values
    this.#replication = replication
    this.#roles = roles
    this.#standing = new Standing(context, values, peers)
    this.#detector = new Detector(nodeTimeout)
    this.#election = new Election(
      context,
      thread,
      this.#standing,
      this.#detector,
      this,
      values.electionDelay,
      nodeTimeout,
    )
    this.#availability = new Availability(this.#detector, nodeTimeout)
    this.routing = new Routing(values, this.#standing, replication, this.#availability)
    this.#handover = new Handover(context, replication, roles)
    this.#failovers = context.counter('failovers')
    this.#failoverTime = context.recording('failover-time')
    const others = Math.max(1, peers.length - 1)
    this.#pingPeriod = Math.min(Math.floor(nodeTimeout / 2 / others), PING_EACH)
    this.#nextPeer = (this.#standing.self + 1) % peers.length
  }

  begin(): void {
    const now = this.#context.now()
    const restarted = this.#standing.load()
    if (!this.isMaster) this.#replication.follow(this.#master)
    else if (restarted) this.#availability.restarted(now)
    // Servers do not ping in step.
    this.#tickedAt = now
    this.#nextPing = now + this.#context.random('ping').integer(Math.max(1, this.#pingPeriod))
    this.#tick()
  }

  get isMaster(): boolean {
    return this.#standing.isMaster
  }

  /** What is published at a server of a cluster, or at a master, all others publish too. */
  get forwards(): boolean {
    return this.#values.cluster || this.isMaster
  }

  /** Sends to all others. */
  broadcast(message: Message): void {
    for (const peer of this.#others) this.#context.send(peer.address, message)
  }

  receive(from: Address, message: GroupMessage): void {
    const now = this.#context.now()
    switch (message.kind) {
      case 'redis.ping':
        this.#learn(from, message, now)
        this.#sign('redis.pong', this.#context.processOf(from))
        break
      case 'redis.pong':
        this.#detector.answered(message.node, this.#standing.masters(message.node), now)
        this.#learn(from, message, now)
        break
      case 'redis.fail':
        // One that hung hears later what was thought of it.
        if (message.node !== this.#standing.self) this.#detector.failed(message.node, now)
        break
      case 'redis.vote-request':
        this.#vote(from, message)
        break
      case 'redis.vote':
        this.#election.got(message)
        break
      case 'redis.handover':
        if (this.isMaster) this.#handover.begin(this.#context.processOf(from))
        break
      case 'redis.takeover':
        if (!this.isMaster) this.#election.takeOver()
    }
  }

  /** Manual failover: a master hands over to its best replica, a replica asks its master to hand over to it. */
  failover(): void {
    const message: HandoverMessage = { kind: 'redis.handover', bytes: 100 }
    if (this.isMaster) this.#handover.begin()
    else this.#context.send(this.#master.address, message)
  }

  /** A replica has said how far it is. */
  acked(): void {
    this.#handover.acked()
  }

  age(): Nanos {
    return this.#replication.age(this.#context.now())
  }

  rank(): number {
    const { shards, home, master } = this.#standing
    const further = (node: number) => (this.#offsets.get(node) ?? 0) > this.#replication.offset
    return shards.nodesOf(home).filter((node) => node !== master && further(node)).length
  }

  tellOffset(): void {
    const { shards, home, peers, self } = this.#standing
    for (const node of shards.nodesOf(home)) if (node !== self) this.#sign('redis.pong', peers[node]!)
  }

  promote(epoch: number): void {
    const now = this.#context.now()
    const { home, master } = this.#standing
    const lastHeard = this.#detector.lastHeard(master)
    this.#election.stop()
    this.#standing.claim(epoch)
    this.#replication.lead(`${this.#context.name}@${epoch}`)
    this.#context.say({ fact: 'elected', group: `${this.#context.process.part}/${home}`, term: epoch })
    this.#failovers.add(now)
    this.#failoverTime.record(now, now - lastHeard)
    for (const peer of this.#others) this.#sign('redis.pong', peer)
  }

  get #master(): Process {
    return this.#standing.peers[this.#standing.master]!
  }

  get #others(): readonly Process[] {
    return this.#standing.peers.filter((peer) => peer !== this.#context.process)
  }

  #tick(): void {
    const now = this.#context.now()
    // What it has missed while it hung it does not make up for.
    this.#nextPing = Math.max(this.#nextPing, now - TICK)
    for (; this.#nextPing <= now; this.#nextPing += this.#pingPeriod) this.#ping(now)
    // One that stood still hears first what has come meanwhile, and judges nobody until the next time.
    const late = now - this.#tickedAt > 3 * TICK
    this.#tickedAt = now
    if (!late) this.#judge(now)
    this.#replication.tick(now)
    this.#handover.look(now)
    this.#thread.after(TICK, () => this.#tick())
  }

  /** Who has failed, who is to follow, whether the cluster is up. */
  #judge(now: Nanos): void {
    const standing = this.#standing
    this.#detector.look(now)
    const votes = (node: number) => standing.votes(node)
    for (const node of this.#detector.newlyFailed(standing.self, votes, standing.majority, now)) {
      const message: FailMessage = { kind: 'redis.fail', node, bytes: PING_BYTES }
      this.broadcast(message)
    }
    this.#election.look(now)
    this.#availability.look(standing.view, this.isMaster, now)
  }

  #ping(now: Nanos): void {
    const { peers, self } = this.#standing
    if (peers.length < 2) return
    const node = this.#nextPeer
    const next = (node + 1) % peers.length
    this.#nextPeer = next === self ? (next + 1) % peers.length : next
    this.#detector.pinged(node, now)
    this.#sign('redis.ping', peers[node]!)
  }

  #vote(from: Address, request: VoteRequest): void {
    const yes = this.#election.asked(request)
    this.#standing.epoch = request.epoch
    const vote: Vote = { kind: 'redis.vote', epoch: request.epoch, node: this.#standing.self, bytes: 100 }
    if (yes) this.#context.send(from, vote)
  }

  #sign(kind: PingMessage['kind'], to: Process): void {
    const message: PingMessage = {
      kind,
      node: this.#standing.self,
      epoch: this.#standing.epoch,
      view: this.#standing.view,
      suspects: this.#detector.suspects,
      offset: this.#replication.offset,
      history: this.#replication.history,
      sentTo: this.#replication.sentTo(to),
      clock: this.#context.now(),
      bytes: PING_BYTES,
    }
    this.#context.send(to.address, message)
  }

  #learn(from: Address, message: PingMessage, now: Nanos): void {
    const { node, epoch, view, suspects, offset, history, sentTo, clock } = message
    this.#detector.heard(node, now)
    this.#detector.reported(node, suspects, now)
    this.#offsets.set(node, offset)
    this.#standing.epoch = epoch
    this.#see(view)
    this.#replication.heard(from, history, sentTo, clock)
  }

  /** Others may know of later masters. */
  #see(view: View): void {
    const standing = this.#standing
    const { view: old, master: before } = standing
    if (!standing.see(view)) return
    for (const { node } of old) if (!standing.masters(node)) this.#detector.forget(node)
    if (standing.master === before) return
    this.#election.stop()
    this.#replication.follow(this.#master)
    this.#handover.end()
    if (before === standing.self) this.#roles.demoted()
  }
}
