// How bytes come from one host to another, by what is between them and how it is shared.

import type { Simulation } from '../../kernel/simulation.ts'
import type { Host } from '../host.ts'
import type { Edge, Packets, Way } from './edge.ts'
import type { Fabric } from './fabric.ts'
import { Fluid } from './fluid.ts'
import { Line, LineWay } from './line.ts'
import type { Link } from './link.ts'
import { type NetworkValues, networkParameters, TCP } from './parameters.ts'

/** The square root of 3/2 (Mathis et al., ACM CCR 27(3), 1997). */
const MATHIS = Math.sqrt(1.5)
/** Lines enter the fingerprint from this number on, above all that is numbered otherwise. */
const FIRST_ID = 2 ** 30

export class Ways {
  /** Each link has a queue of its own and nothing else. */
  readonly plain: boolean
  readonly #lines = new Map<Edge, Line>()
  readonly #packets: Packets
  readonly #fluid: Fluid | undefined
  /** A flow over a cut link stands still, and goes on when it has healed. */
  readonly #holdsOn: boolean
  #ids = FIRST_ID

  constructor(
    readonly simulation: Simulation,
    values: NetworkValues,
    readonly fabric: Fabric,
  ) {
    const { segment } = values.tcp ?? TCP
    this.#packets = { segment, encapsulation: values.overlay?.encapsulation ?? 0 }
    this.#holdsOn = values.connections?.retransmit ?? false
    const fair = values.sharing === 'fair'
    this.#fluid = fair
      ? new Fluid(simulation, this.#packets, values.flow ?? networkParameters.flow.default!)
      : undefined
    this.plain = fabric.isFlat && !fair
  }

  /** Undefined: a queue of its own is all there is. */
  between(from: Host, to: Host): Way | undefined {
    if (this.plain) return undefined
    const edges = this.fabric.edges(from, to)
    const pace = (link: Link) => this.#pace(link)
    if (this.#fluid) return this.#fluid.way(this.#ids++, edges, pace)
    const lines = edges.map((edge) => this.#line(edge))
    return new LineWay(this.simulation, this.#ids++, lines, this.#packets)
  }

  /** On a link that loses packets, a stream is no faster than its window allows; the way back is taken to be as long. */
  #pace({ cuts, condition: { drop, mean } }: Link): number {
    if (drop === 1 || (cuts > 0 && this.#holdsOn)) return 0
    if (drop === 0 || mean === 0) return Number.POSITIVE_INFINITY
    return (this.#packets.segment * 1e9 * MATHIS) / (2 * mean * Math.sqrt(drop))
  }

  #line(edge: Edge): Line {
    let line = this.#lines.get(edge)
    if (!line) {
      line = new Line(this.simulation, this.#ids++, edge)
      this.#lines.set(edge, line)
    }
    return line
  }
}
