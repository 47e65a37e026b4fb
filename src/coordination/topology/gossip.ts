// Gossip of load: every so often an agent tells one other, drawn by chance, all that it knows, and is told what that one knows better
// (push-pull anti-entropy; Demers et al. 1987). After about log2 n rounds all know (Pittel 1987). What is known is older the more
// agents there are, so that it steers, and decides nothing.

import type { Address, Env, Message, Timer } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'

/** What an agent has in line, as it said at its `round`. */
interface Entry {
  readonly round: number
  readonly load: number
}

interface Rumours extends Message {
  readonly kind: 'gossip.push' | 'gossip.pull'
  readonly known: readonly (readonly [name: string, round: number, load: number])[]
}

interface GossipTerms {
  readonly peers: readonly Address[]
  readonly interval: Nanos
  /** What this agent has in line. */
  load(): number
  /** Whom it does not talk to at present. */
  dead(peer: Address): boolean
}

export class Gossip {
  readonly #env: Env
  readonly #terms: GossipTerms
  readonly #known = new Map<string, Entry>()
  #timer: Timer | undefined

  constructor(env: Env, terms: GossipTerms) {
    this.#env = env
    this.#terms = { ...terms, peers: terms.peers.filter(({ name }) => name !== env.self.name) }
    if (this.#terms.peers.length > 0) this.#wait()
  }

  /** What an agent has in line, as far as is known; 0 where nothing is. */
  loadOf(name: string): number {
    return name === this.#env.self.name ? this.#terms.load() : (this.#known.get(name)?.load ?? 0)
  }

  /** true: the message was one of its own */
  receive(from: Address, message: Message): boolean {
    if (message.kind !== 'gossip.push' && message.kind !== 'gossip.pull') return false
    const { kind, known } = message as Rumours
    const told = new Map(known.map(([name, round]) => [name, round]))
    for (const [name, round, load] of known) {
      if (round > (this.#known.get(name)?.round ?? -1)) this.#known.set(name, { round, load })
    }
    if (kind === 'gossip.push') this.#tell(from, 'gossip.pull', told)
    return true
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #wait(): void {
    this.#timer = this.#env.after(this.#terms.interval, () => {
      const { peers, dead } = this.#terms
      const alive = peers.filter((peer) => !dead(peer))
      const choice = alive.length > 0 ? alive : peers
      this.#tell(choice[this.#env.random('gossip').integer(choice.length)]!, 'gossip.push')
      this.#wait()
    })
  }

  /** @param told what the other is known to know, by round */
  #tell(to: Address, kind: Rumours['kind'], told?: ReadonlyMap<string, number>): void {
    const env = this.#env
    // A restart does not make it younger.
    this.#known.set(env.self.name, { round: env.now(), load: this.#terms.load() })
    const known = [...this.#known]
      .filter(([name, { round }]) => round > (told?.get(name) ?? -1))
      .map(([name, { round, load }]) => [name, round, load] as const)
    env.observe({ kind: 'count', metric: 'swarm.upkeep' })
    const message: Rumours = { kind, known }
    env.send(to, message)
  }
}
