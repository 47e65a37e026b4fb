// How an agent has the servers read and write: through a server it knows of, which passes on to the leader what only that can
// do. Where there is no leader, or no way to it, the agent tries again for a while.

import {
  type HealthServiceReply,
  type HealthServiceRequest,
  type Message,
  RefusedError,
} from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { ServiceContext } from '../../service.ts'
import { Forward } from '../forward.ts'
import type { Catalog, Command } from './catalog.ts'
import type { Raft } from './raft.ts'

export interface RpcTerms {
  readonly rpcHoldTimeout: Nanos
  readonly rpcTimeout: Nanos
}

type Call =
  | { readonly type: 'read'; readonly request: HealthServiceRequest }
  | { readonly type: 'write'; readonly command: Command }

interface RpcRequest extends Message {
  readonly kind: 'consul.rpc'
  readonly call: Call
  /** A server passed it on: it goes no further. */
  readonly forwarded: boolean
}

/** The answer, or why there is none. */
type Done = (reply: Message | undefined, error?: Error) => void

/** What a server has besides. */
export interface ServerState {
  readonly raft: Raft
  readonly catalog: Catalog
}

/** Attempts are so many a hold timeout, about. [S] consul: JitterFraction */
const JITTER = 16

export class Rpc {
  constructor(
    readonly context: ServiceContext,
    readonly terms: RpcTerms,
    /** Names of the servers. */
    readonly servers: readonly string[],
    readonly own: ServerState | undefined,
    /** Whether a server is taken to be there. */
    readonly isUp: (name: string) => boolean,
  ) {}

  read(request: HealthServiceRequest, done: Done): void {
    this.#try({ type: 'read', request }, this.context.now() + this.terms.rpcHoldTimeout, done)
  }

  write(command: Command, done: (written: boolean) => void): void {
    const deadline = this.context.now() + this.terms.rpcHoldTimeout
    this.#try({ type: 'write', command }, deadline, (reply) => done(reply !== undefined))
  }

  /** Another agent asks this server. */
  answer(request: Envelope): void {
    const { call, forwarded } = request.message as RpcRequest
    this.#serve(call, forwarded, (reply, error) => {
      if (reply) request.reply(reply)
      else request.refuse(error!)
    })
  }

  #try(call: Call, deadline: Nanos, done: Done): void {
    const settled: Done = (reply, error) => {
      if (reply || this.context.now() >= deadline) {
        done(reply, error)
        return
      }
      const jitter = this.context.random('rpc').integer(Math.ceil(this.terms.rpcHoldTimeout / JITTER) + 1)
      this.context.process.after(jitter, () => this.#try(call, deadline, done))
    }
    if (this.own) this.#serve(call, false, settled)
    else this.#send(this.#anyServer(), call, false, settled)
  }

  #anyServer(): string {
    const up = this.servers.filter((name) => this.isUp(name))
    const from = up.length > 0 ? up : this.servers
    return from[this.context.random('rpc').integer(from.length)]!
  }

  #send(server: string, call: Call, forwarded: boolean, done: Done): void {
    const { process } = this.context
    const message: RpcRequest = { kind: 'consul.rpc', call, forwarded }
    new Forward(
      process,
      this.context.processOf({ name: server }),
      message,
      { timeout: this.terms.rpcTimeout },
      {
        answered: (reply) => done(reply),
        failed: (error) => done(undefined, error as Error),
      },
    )
  }

  #serve(call: Call, forwarded: boolean, done: Done): void {
    const { raft } = this.own!
    const stale = call.type === 'read' && call.request.consistency === 'stale'
    if (stale) done(this.#instances(call.request))
    else if (raft.role === 'leader') this.#lead(call, done)
    else if (raft.leader !== undefined && !forwarded) this.#send(raft.leader, call, true, done)
    else done(undefined, new RefusedError(500, `${this.context.name}: no cluster leader`))
  }

  #lead(call: Call, done: Done): void {
    const { raft } = this.own!
    const lost = (): void => done(undefined, new RefusedError(500, `${this.context.name}: leadership lost`))
    if (call.type === 'write')
      raft.propose(call.command, (written) => {
        if (written) done({ kind: 'consul.written', bytes: 50 })
        else lost()
      })
    else if (call.request.consistency === 'consistent')
      raft.verify((leads) => {
        if (leads) done(this.#instances(call.request))
        else lost()
      })
    else done(this.#instances(call.request))
  }

  #instances({ service, only }: HealthServiceRequest): HealthServiceReply {
    const { catalog, raft } = this.own!
    return { kind: 'consul.instances', instances: catalog.instances(service, only), index: raft.applied }
  }
}
