// What a Consul agent is asked over its HTTP API and its DNS: who serves, who is there; and to register a service or to forget it.

import type { Nanos } from '../../units.ts'
import type { Address, Message, Request } from '../env.ts'

export type CheckStatus = 'passing' | 'warning' | 'critical'

/** One instance of a service. */
export interface ServiceInstance {
  /** The agent that registered it. */
  readonly node: string
  readonly id: string
  readonly address: Address
  /** The worst of its own check and of its node's. */
  readonly status: CheckStatus
}

/** `/v1/health/service/<name>`, or a DNS query for it. */
export interface HealthServiceRequest extends Request<HealthServiceReply> {
  readonly kind: 'consul.health'
  readonly service: string
  /** All; those that pass (`?passing`); those that are not critical, as DNS answers. Default: all. */
  readonly only?: 'passing' | 'not-critical'
  /** `default`: what the leader has; `consistent`: once a quorum confirms that it leads; `stale`: what any server has. */
  readonly consistency?: 'default' | 'consistent' | 'stale'
}

export interface HealthServiceReply extends Message {
  readonly kind: 'consul.instances'
  /** In the order of their registration. */
  readonly instances: readonly ServiceInstance[]
  /** The last write that the answer knows of. */
  readonly index: number
}

/** How an agent looks whether a service is well. */
export interface CheckDefinition {
  /** A GET of a path, or whether a connection is taken. */
  readonly type: 'http' | 'tcp'
  readonly path: string
  readonly interval: Nanos
  readonly timeout: Nanos
  /** Passes or failures in a row before the status changes, less one. */
  readonly successBeforePassing: number
  readonly failuresBeforeCritical: number
  /** After how long as critical the service is forgotten, a minute at the least; left out: never. */
  readonly deregisterAfter?: Nanos | undefined
}

/** `/v1/agent/service/register` */
export interface RegisterServiceRequest extends Request<Message> {
  readonly kind: 'consul.register'
  readonly service: string
  readonly id: string
  readonly address: Address
  /** Without one, it counts as passing. */
  readonly check?: CheckDefinition | undefined
}

/** `/v1/agent/service/deregister/<id>` */
export interface DeregisterServiceRequest extends Request<Message> {
  readonly kind: 'consul.deregister'
  readonly id: string
}

/** `/v1/agent/members` */
export interface MembersRequest extends Request<MembersReply> {
  readonly kind: 'consul.members'
}

export interface MembersReply extends Message {
  readonly kind: 'consul.member-list'
  readonly members: readonly { readonly name: string; readonly status: 'alive' | 'failed' | 'left' }[]
}

export type ConsulRequest =
  | HealthServiceRequest
  | RegisterServiceRequest
  | DeregisterServiceRequest
  | MembersRequest
