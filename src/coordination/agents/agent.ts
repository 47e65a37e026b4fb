// An agent and its life: spawning → ready ⇄ busy → draining → dead. Nothing else is legal; whatever lives can die.

import { invariant } from '../../errors.ts'

export type AgentState = 'spawning' | 'ready' | 'busy' | 'draining' | 'dead'

const NEXT: Readonly<Record<AgentState, readonly AgentState[]>> = {
  spawning: ['ready', 'dead'],
  ready: ['busy', 'draining', 'dead'],
  busy: ['ready', 'draining', 'dead'],
  draining: ['dead'],
  dead: [],
}

export const AGENT_STATES = Object.keys(NEXT) as readonly AgentState[]

export class Agent {
  /** What it can do. A warm agent can do nothing until a template is applied. */
  capabilities: readonly string[]
  /** Tasks that it has in hand. */
  load = 0
  #state: AgentState = 'spawning'

  constructor(
    /** Counts from 1 in its pool; 0: there was no room for it. */
    readonly number: number,
    readonly type: string,
    /** Tasks that it may have in hand. */
    readonly limit = 1,
    capabilities: readonly string[] = [type],
  ) {
    this.capabilities = capabilities
  }

  get id(): string {
    return this.number === 0 ? '' : `agent-${this.number}`
  }

  get state(): AgentState {
    return this.#state
  }

  /** It can take a task. */
  get hasRoom(): boolean {
    return (this.#state === 'ready' || this.#state === 'busy') && this.load < this.limit
  }

  become(state: AgentState): void {
    invariant(NEXT[this.#state].includes(state), () => {
      const legal = NEXT[this.#state].join(', ') || 'nothing'
      return `illegal transition of ${this.id}: ${this.#state} to ${state}; from ${this.#state} to: ${legal}`
    })
    this.#state = state
  }
}
