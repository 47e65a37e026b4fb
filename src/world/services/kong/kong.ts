// Kong as an API gateway: routes to services, plugins before them, targets that are listed or found in Consul, retries, active
// and passive health checks. One worker process, as nginx is one here. Statuses: 404 no route, 401 no consumer, 429 too many,
// 503 nobody to pass it to, 502 no valid answer, 504 none in time; what a target answers is passed on.
// Left out: what plugins do to a request, its body, the database and how nodes learn of changes, keep-alive to targets,
// several workers, TLS, streams of TCP.

import { RefusedError } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { type KongValues, metrics, PLUGIN_COSTS, parameters } from './parameters.ts'
import { type Gateway, identityOf, Proxied } from './proxied.ts'
import { asHttp, Router } from './router.ts'
import { Upstream } from './upstream.ts'

export const kong = defineService({
  name: 'kong',
  meaning: 'Kong as an API gateway: routes, plugins, targets found in Consul, retries, health checks',
  parameters,
  metrics,
  create: (context, values) => new Kong(context, values),
})

class Kong implements Service, Gateway {
  readonly #router: Router
  readonly #upstreams: ReadonlyMap<string, Upstream>
  readonly #inHand = new Map<Envelope, Proxied>()
  readonly #count
  readonly #requests
  readonly #connections

  constructor(
    readonly context: ServiceContext,
    readonly values: KongValues,
  ) {
    this.#count = counters(context)
    this.#connections = context.level('connections', 'count', 'lower', 'requests in hand at')
    this.#router = new Router(values)
    const told = {
      unhealthy: () => this.#count.unhealthy.add(context.now()),
      lookup: () => this.#count.lookups.add(context.now()),
      exposed: (time: Nanos) => this.#count.exposure.record(context.now(), time),
    }
    const services = Object.entries(values.services)
    this.#upstreams = new Map(
      services.map(([name, service]) => [name, new Upstream(context, name, service, values, told)]),
    )
    this.#requests = new Map(services.map(([name]) => [name, context.counter('requests', name)]))
    this.#observe()
  }

  begin(): void {
    for (const upstream of this.#upstreams.values()) upstream.begin()
  }

  cost({ message }: Envelope): Nanos {
    const { cost, rateLimitCost } = this.values
    const name = this.#router.serviceOf(asHttp(message))
    if (name === undefined) return cost
    const { rateLimit, plugins, pluginCost } = this.values.services[name]!
    let sum = cost + pluginCost + (rateLimit ? rateLimitCost : 0)
    for (const plugin of plugins) sum += PLUGIN_COSTS[plugin]
    return sum
  }

  handle(request: Envelope): void {
    const name = this.#router.serviceOf(asHttp(request.message))
    if (name === undefined) {
      this.#count.noRoute.add(this.context.now())
      this.#refuse(request, 404, 'no route matched with those values')
      return
    }
    this.#requests.get(name)!.add(this.context.now())
    const upstream = this.#upstreams.get(name)!
    if (!this.#admits(request, upstream)) return
    const proxied = new Proxied(this, request, upstream)
    this.#inHand.set(request, proxied)
    this.#observe()
    proxied.begin()
  }

  abandon(request: Envelope): void {
    const proxied = this.#inHand.get(request)
    if (!proxied) return
    this.#count.closed.add(this.context.now())
    this.#inHand.delete(request)
    proxied.close()
    this.#observe()
  }

  crash(): void {
    this.#connections.set(this.context.now(), 0)
  }

  retried(): void {
    this.#count.retries.add(this.context.now())
  }

  ended(request: Envelope, upstream: Nanos | undefined): void {
    const now = this.context.now()
    this.#inHand.delete(request)
    this.#observe()
    if (upstream === undefined) return
    this.#count.upstream.record(now, upstream)
    this.#count.kong.record(now, now - request.arrivedAt - upstream)
  }

  failed(request: Envelope, status: number, text: string): void {
    this.#count.failed.add(this.context.now())
    this.#refuse(request, status, text)
  }

  /** The plugins let it pass. */
  #admits(request: Envelope, { rateLimit, service }: Upstream): boolean {
    const now = this.context.now()
    const { consumer } = asHttp(request.message)
    if (service.plugins.length > 0 && consumer === undefined) {
      this.#count.unauthorized.add(now)
      this.#refuse(request, 401, 'unauthorized')
      return false
    }
    if (rateLimit && !rateLimit.passes(identityOf(request, service.rateLimit!.by), now)) {
      this.#count.limited.add(now)
      this.#refuse(request, 429, 'API rate limit exceeded')
      return false
    }
    return true
  }

  #refuse(request: Envelope, status: number, text: string): void {
    request.refuse(new RefusedError(status, `${this.context.name}: ${text}`))
  }

  #observe(): void {
    this.#connections.set(this.context.now(), this.#inHand.size)
  }
}

const counters = (context: ServiceContext) => ({
  retries: context.counter('retries'),
  noRoute: context.counter('no-route'),
  unauthorized: context.counter('unauthorized'),
  limited: context.counter('limited'),
  failed: context.counter('failed'),
  closed: context.counter('closed'),
  unhealthy: context.counter('unhealthy'),
  lookups: context.counter('lookups'),
  exposure: context.recording('exposure'),
  kong: context.recording('latency.kong'),
  upstream: context.recording('latency.upstream'),
})
