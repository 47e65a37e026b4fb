// A Kong before backends, each on a host of its own a millisecond away, with or without a Consul agent that knows them.

import type { HttpReply, HttpRequest, Message } from '../../../../src/env/index.ts'
import { ms, seconds } from '../../../../src/units.ts'
import { consul } from '../../../../src/world/services/consul/consul.ts'
import { parameters as consulParameters } from '../../../../src/world/services/consul/parameters.ts'
import { http } from '../../../../src/world/services/http/http.ts'
import { kong } from '../../../../src/world/services/kong/kong.ts'
import { parameters } from '../../../../src/world/services/kong/parameters.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService, metric } from '../fixture.ts'

const constant = (value: number) => ({ kind: 'constant', value })

type Given = Readonly<Record<string, unknown>>

/** A record's values: what is given, else the declared defaults. */
const filled = (fields: Readonly<Record<string, { readonly default?: unknown }>>, given: Given): Given => ({
  ...Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.default])),
  ...given,
})

const serviceShape = parameters.services.shape as unknown as { of: { shape: { fields: Given } } }
const SERVICE = serviceShape.of.shape.fields as Readonly<
  Record<string, { default?: unknown; shape: { fields: Given } }>
>
type Fields = Readonly<Record<string, { default?: unknown }>>

/** A service of Kong as a checked scenario has it. */
export function service(given: Given): Given {
  const whole = filled(SERVICE, given)
  return {
    ...whole,
    active: filled(SERVICE.active!.shape.fields as Fields, (given.active as Given) ?? {}),
    passive: filled(SERVICE.passive!.shape.fields as Fields, (given.passive as Given) ?? {}),
    rateLimit: given.rateLimit && { by: 'consumer', ...(given.rateLimit as Given) },
  }
}

export const get = (path = '/', more: Partial<HttpRequest> = {}): HttpRequest => ({
  kind: 'http',
  method: 'GET',
  path,
  ...more,
})

export interface Terms {
  readonly backends?: number
  readonly backend?: Given
  /** Of the one service there is, beside its targets. */
  readonly service?: Given
  readonly kong?: Given
  /** Of the check by which Consul knows the backends; left out: Kong has them listed. */
  readonly check?: Given
}

export function makeGateway({
  backends: count = 2,
  backend = {},
  service: given = {},
  kong: values = {},
  check,
}: Terms = {}) {
  const names = Array.from({ length: count }, (_, i) => `backend.${i + 1}`)
  const hosts = Object.fromEntries(['client', 'front', 'mesh', ...names].map((name) => [name, {}]))
  const world = makeWorld(hosts, { latency: constant(ms(1)) })
  const free = { cost: 0, connectCost: 0, cpu: constant(0), time: constant(ms(10)) }
  const backends = names.map((name) =>
    addService(world, check ? 'mesh' : name, name, http, { ...free, ...backend }),
  )
  const targets = [{ name: 'backend' }]
  const agent =
    check &&
    addService(world, 'mesh', 'agent', consul, {
      services: { backend: { targets, check: { ...CHECK, ...check } } },
      electionTimeout: ms(500),
      cost: 0,
      gossipCost: 0,
    })
  const found = agent ? { discover: 'backend' } : { targets }
  const proxy = addService(world, 'front', 'kong', kong, {
    services: { backend: service({ ...found, ...given }) },
    cost: 0,
    rateLimitCost: 0,
    ...(agent ? { consul: [agent.address] } : {}),
    ...values,
  })
  const client = addClient(world, 'client')
  const ask = (message: Message = get(), terms = {}) => new Asked<HttpReply>(client, proxy, message, terms)
  const count_ = (name: string) => metric(world, `service.kong.${name}`)
  /** Requests that each backend has had. */
  const served = () => names.map((name) => metric(world, `service.${name}.requests`))
  const run = (time: number) => void world.simulation.run({ until: world.simulation.now + time })
  return { world, proxy, agent: agent!, backends, client, ask, count: count_, served, run }
}

const CHECK = {
  type: 'http',
  path: '/health',
  interval: seconds(10),
  timeout: seconds(3),
  successBeforePassing: 0,
  failuresBeforeCritical: 0,
  deregisterAfter: undefined,
}

/** So that a check that is added to Consul's shows here. */
export const CHECK_FIELDS = Object.keys(
  (
    consulParameters.services.shape as unknown as {
      of: { shape: { fields: { check: { shape: { fields: object } } } } }
    }
  ).of.shape.fields.check.shape.fields,
)

export const statuses = (asked: readonly Asked<HttpReply>[]) =>
  asked.map(({ reply, error }) => reply?.status ?? error?.status ?? error?.name)
