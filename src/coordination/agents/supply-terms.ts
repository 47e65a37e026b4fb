// What a supply of agents goes by, what it lends, and what it observes.

import type { ObservedMetrics, Task } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import type { Agent } from './agent.ts'

/** An agent on loan; to be given back by `release` or `broke`, once. */
export interface Lease {
  readonly id: string
  readonly agent: Agent
  readonly capability: string
}

export interface SupplyTerms {
  /** Agents at most. */
  readonly capacity: number
  /** Tasks that an agent may have in hand. */
  readonly limit: number
  /** Who may wait for an agent; whoever comes beyond is refused with 429. */
  readonly queue: number
  /** How long one waits until it is refused with 503. */
  readonly patience: Nanos
  /** An agent that is given back serves others; else it ends. */
  readonly reuse: boolean
  /** An agent that has been idle so long ends; 0: never. */
  readonly idleFor: Nanos
  /** Pause after a start that came to nothing. */
  readonly retry: Nanos
  /** Warm agents kept, and the time from one brought up for them to the next. */
  readonly warm: { readonly size: number; readonly interval: Nanos }
  /** Time that a template takes. */
  readonly template: Nanos
  /** Whether there is a template for it. */
  readonly hasTemplate: (capability: string) => boolean
  /** Memory of an agent. Bytes. */
  readonly memory?: number
  readonly start: (agent: Agent) => Task<unknown>
  readonly stop?: (agent: Agent) => Task<unknown>
  readonly died?: (agent: Agent) => void
  /** Hears of each request that found no agent ready. */
  readonly wanted?: (capability: string) => void
}

const counted = (better: 'lower' | 'neither', meaning: string) =>
  ({ observed: 'count', unit: 'count', better, meaning }) as const
const level = (meaning: string) => ({ observed: 'level', unit: 'count', better: 'lower', meaning }) as const
const time = (meaning: string) => ({ observed: 'value', unit: 'ns', better: 'lower', meaning }) as const

/** What a supply observes, besides its pool's own. */
export const supplyMetrics = {
  'pool.acquire': time('from asking for an agent to having it'),
  'pool.startup': time('start-up of an agent that somebody waits for: a template applied, or a new one'),
  'pool.warm': {
    observed: 'value',
    unit: 'ratio',
    better: 'higher',
    meaning:
      'agents that somebody waited for to start: 1 a warm one, 0 a new one; the mean is the share of hits',
  },
  'pool.missed': {
    observed: 'value',
    unit: 'ratio',
    better: 'lower',
    meaning: 'the same the other way round: 1 a new one, 0 a warm one; the mean is the share of misses',
  },
  'pool.delayed': {
    observed: 'value',
    unit: 'ratio',
    better: 'lower',
    meaning: 'requests for an agent: 1 it had to wait, 0 one was ready; the mean is their share',
  },
  'pool.queue': level('requests that wait for an agent'),
  'pool.refused': counted('lower', 'requests for an agent that found the line full'),
  'pool.expired': counted('lower', 'requests that waited for an agent too long'),
  'pool.failed': counted('lower', 'starts of agents that came to nothing'),
  'pool.broken': counted('lower', 'agents that broke'),
  'pool.replaced': counted('neither', 'agents begun in the place of broken ones'),
  'pool.warm.size': level('warm agents'),
  'pool.warm.target': level('warm agents aimed at'),
} as const satisfies ObservedMetrics
