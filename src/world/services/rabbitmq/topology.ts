// Exchanges and bindings: which queues a message goes to. Source: AMQP 0-9-1, 3.1.3; rabbitmq.com/docs/exchanges.
// Left out: headers exchanges, bindings between exchanges, alternate exchanges, virtual hosts, permissions.

import type { Binding, ExchangeTerms, ExchangeType } from '../../../env/index.ts'

/** Routes remembered by their key; a key more and all are found anew. */
const ROUTES_KEPT = 4096

class Exchange {
  readonly bindings: Binding[] = []
  /** Queues by routing key, as they were found. */
  readonly routes = new Map<string, readonly string[]>()

  constructor(readonly terms: ExchangeTerms) {}
}

export class Topology {
  readonly #exchanges = new Map<string, Exchange>()
  readonly #queues = new Set<string>()

  constructor() {
    for (const type of ['direct', 'fanout', 'topic'] as const)
      this.#exchanges.set(`amq.${type}`, new Exchange({ type, durable: true }))
  }

  exchange(name: string): ExchangeTerms | undefined {
    return this.#exchanges.get(name)?.terms
  }

  addExchange(name: string, terms: ExchangeTerms): void {
    this.#exchanges.set(name, new Exchange(terms))
  }

  addQueue(name: string): void {
    this.#queues.add(name)
  }

  /** Nothing if it is there already, or one of its ends is not. */
  bind(binding: Binding): boolean {
    const exchange = this.#exchanges.get(binding.exchange)
    if (!exchange || !this.#queues.has(binding.queue)) return false
    const same = ({ queue, key }: Binding) => queue === binding.queue && key === binding.key
    if (exchange.bindings.some(same)) return false
    exchange.bindings.push(binding)
    exchange.routes.clear()
    return true
  }

  /** The queues that get a message, each once; `undefined`: there is no such exchange. */
  route(exchangeName: string, key: string): readonly string[] | undefined {
    if (exchangeName === '') return this.#queues.has(key) ? [key] : []
    const exchange = this.#exchanges.get(exchangeName)
    if (!exchange) return undefined
    const known = exchange.routes.get(key)
    if (known) return known
    const { type } = exchange.terms
    const bound = exchange.bindings.filter((binding) => matches(type, binding.key, key))
    const found = [...new Set(bound.map(({ queue }) => queue))]
    if (exchange.routes.size >= ROUTES_KEPT) exchange.routes.clear()
    exchange.routes.set(key, found)
    return found
  }
}

function matches(type: ExchangeType, pattern: string, key: string): boolean {
  switch (type) {
    case 'direct':
      return pattern === key
    case 'fanout':
      return true
    case 'topic':
      return topicMatches(wordsOf(pattern), wordsOf(key))
  }
}

const wordsOf = (text: string): string[] => (text === '' ? [] : text.split('.'))

/** Whether words fit a pattern in which `*` stands for one word and `#` for any number of them, none included. */
export function topicMatches(pattern: readonly string[], words: readonly string[]): boolean {
  // The place to go on from when a word does not fit: the last `#` takes one word more.
  let hash = -1
  let taken = 0
  let p = 0
  let w = 0
  while (w < words.length) {
    if (pattern[p] === '#') {
      hash = p++
      taken = w
    } else if (p < pattern.length && (pattern[p] === '*' || pattern[p] === words[w])) {
      p++
      w++
    } else if (hash >= 0) {
      p = hash + 1
      w = ++taken
    } else return false
  }
  while (pattern[p] === '#') p++
  return p === pattern.length
}
