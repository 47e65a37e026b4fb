// On what terms each link is made: those of the first rule that names its ends, else the network's. Links on the same
// terms share one object.

import { createDistribution, type Distribution } from '../../kernel/distributions/registry.ts'
import type { DistributionSpec } from '../../parameters.ts'
import type { Nanos } from '../../units.ts'
import type { Host } from '../host.ts'
import type { Fabric } from './fabric.ts'
import type { LinkTerms } from './link.ts'
import type { LinkValues, NetworkValues } from './parameters.ts'
import { leads } from './rule.ts'

/** Terms for all links between two groups of hosts. */
export interface LinkRule {
  readonly between: readonly [ReadonlySet<Host>, ReadonlySet<Host>]
  readonly values: LinkValues
}

export class LinkTermsTable {
  /** Of each host to itself. */
  readonly local: LinkTerms
  /** By rule and detour. */
  readonly #known = new Map<LinkRule | undefined, Map<Nanos, LinkTerms>>()
  readonly #distributions = new Map<DistributionSpec, Distribution>()

  constructor(
    readonly values: NetworkValues,
    readonly fabric: Fabric,
    readonly rules: readonly LinkRule[],
    /** Whether links between hosts may be plain. */
    readonly plain: boolean,
  ) {
    const { connections, local, bridge, sharedMemory, loopback } = values
    const value = { loopback, bridge, 'shared-memory': sharedMemory }[local ?? 'loopback'] ?? loopback
    this.local = {
      latency: createDistribution({ kind: 'constant', value }),
      jitter: undefined,
      bandwidth: Number.POSITIVE_INFINITY,
      loss: 0,
      duplicate: 0,
      corrupt: 0,
      reorder: 0,
      detour: 0,
      simple: connections === undefined,
    }
  }

  of(from: Host, to: Host): LinkTerms {
    if (from === to) return this.local
    const rule = this.rules.find(({ between: [a, b] }) => leads({ from: a, to: b, both: true }, from, to))
    const detour = this.fabric.detour(from, to)
    let known = this.#known.get(rule)
    if (!known) {
      known = new Map()
      this.#known.set(rule, known)
    }
    let terms = known.get(detour)
    if (!terms) {
      terms = this.#create(rule?.values ?? {}, detour)
      known.set(detour, terms)
    }
    return terms
  }

  #create(own: LinkValues, detour: Nanos): LinkTerms {
    const { values } = this
    const jitter = own.jitter ?? values.jitter
    // Behind a switch, what is limited is each host's cable; a rule limits the pair besides.
    const bandwidth = own.bandwidth ?? (this.fabric.isSwitched ? 0 : values.bandwidth)
    return {
      latency: this.#distribution(own.latency ?? values.latency),
      jitter: jitter && this.#distribution(jitter),
      bandwidth: bandwidth === 0 ? Number.POSITIVE_INFINITY : bandwidth,
      loss: own.loss ?? values.loss ?? 0,
      duplicate: own.duplicate ?? values.duplicate ?? 0,
      corrupt: own.corrupt ?? values.corrupt ?? 0,
      reorder: own.reorder ?? values.reorder ?? 0,
      detour,
      simple: values.connections === undefined && this.plain,
    }
  }

  #distribution(spec: DistributionSpec): Distribution {
    let made = this.#distributions.get(spec)
    if (!made) {
      made = createDistribution(spec)
      this.#distributions.set(spec, made)
    }
    return made
  }
}
