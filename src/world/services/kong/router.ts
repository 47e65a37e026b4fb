// Which service a request is for: of the routes that fit, one that names methods before one that does not, and of those the
// one with the longest path (Kong, the traditional router). Left out: hosts, headers, regular expressions, strip_path.

import type { HttpRequest, Message } from '../../../env/index.ts'
import { ScenarioError, unknownName } from '../../../errors.ts'
import type { KongValues } from './parameters.ts'

/** What another protocol's request is over HTTP: a POST of its kind. */
export const asHttp = (message: Message): HttpRequest =>
  message.kind === 'http'
    ? (message as HttpRequest)
    : { kind: 'http', method: 'POST', path: `/${message.kind}` }

interface Rule {
  readonly path: string
  readonly methods: readonly string[]
  readonly service: string
}

export class Router {
  /** The first that fits counts. */
  readonly #rules: readonly Rule[]

  constructor({ routes, services }: Pick<KongValues, 'routes' | 'services'>) {
    const names = Object.keys(services)
    if (names.length === 0) throw new ScenarioError('invalid services: none; expected at least one')
    if (!routes && names.length > 1)
      throw new ScenarioError(
        `missing routes: ${names.length} services, ${names.join(', ')}; expected routes that tell which requests go to which`,
      )
    const given = routes ?? [{ paths: ['/'], methods: [], service: names[0]! }]
    for (const { service } of given)
      if (!names.includes(service)) throw new ScenarioError([unknownName('service', service, names)])
    this.#rules = given
      .flatMap(({ paths, methods, service }) => paths.map((path) => ({ path, methods, service })))
      .toSorted(
        (a, b) =>
          Number(b.methods.length > 0) - Number(a.methods.length > 0) || b.path.length - a.path.length,
      )
  }

  /** The name of the service; undefined if no route fits. */
  serviceOf({ path, method }: HttpRequest): string | undefined {
    return this.#rules.find(
      (rule) => path.startsWith(rule.path) && (rule.methods.length === 0 || rule.methods.includes(method)),
    )?.service
  }
}
