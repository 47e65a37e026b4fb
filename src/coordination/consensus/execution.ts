// Batches take effect in their order, each request once: a client's timestamps rise, and its last reply is kept to be given again
// (Castro and Liskov, OSDI 1999, §4.1 and §4.3). After every so many batches the state is copied for a checkpoint.

import type { Core } from './core.ts'
import { processOf } from './keyring.ts'
import type { PbftRequest, Reply } from './pbft-messages.ts'
import type { StateMachine } from './state-machine.ts'

/** All that a batch can change. */
interface State {
  readonly machine: unknown
  readonly clients: readonly (readonly [client: string, timestamp: number, value: unknown])[]
}

export class Execution {
  readonly #core: Core
  readonly #machine: StateMachine
  readonly #checkpoint: (sequence: number, state: unknown) => void

  /** @param checkpoint called with the state after each interval */
  constructor(core: Core, machine: StateMachine, checkpoint: (sequence: number, state: unknown) => void) {
    this.#core = core
    this.#machine = machine
    this.#checkpoint = checkpoint
  }

  /** Executes what is committed, up to the first gap; says whether there was any. */
  run(): boolean {
    const { env, log, terms } = this.#core
    const before = this.#core.executed
    for (;;) {
      const next = log.find(this.#core.executed + 1)?.committed
      if (!next) return this.#core.executed > before
      for (const request of next.prePrepare.requests) this.#execute(request)
      this.#core.executed++
      this.#core.count('pbft.executed')
      env.observe({ kind: 'value', metric: 'pbft.messages.batch', value: this.#core.sent })
      this.#core.sent = 0
      if (this.#core.executed % terms.checkpoint === 0) this.#checkpoint(this.#core.executed, this.snapshot())
    }
  }

  snapshot(): unknown {
    const clients = [...this.#core.clients].map(
      ([client, { timestamp, value }]) => [client, timestamp, value] as const,
    )
    const state: State = { machine: this.#machine.snapshot(), clients }
    return state
  }

  restore(sequence: number, state: unknown): void {
    const { machine, clients } = state as State
    const { waiting } = this.#core
    this.#machine.restore(machine)
    this.#core.executed = sequence
    this.#core.clients = new Map(clients.map(([client, timestamp, value]) => [client, { timestamp, value }]))
    for (const [client, timestamp] of clients)
      if ((waiting.get(client)?.timestamp ?? Infinity) <= timestamp) waiting.delete(client)
  }

  /** Tells a client again what came of its last request. */
  reply(client: string): void {
    const last = this.#core.clients.get(client)
    if (!last) return
    const { timestamp, value } = last
    const { keys, view } = this.#core
    const reply = keys.sign<Reply>({ kind: 'pbft.reply', view, client, timestamp, value })
    this.#core.send(processOf(client), reply)
  }

  #execute({ client, timestamp, operation }: PbftRequest): void {
    const { clients, waiting } = this.#core
    if (timestamp <= (clients.get(client)?.timestamp ?? -1)) return
    clients.set(client, { timestamp, value: this.#machine.apply(operation) })
    if ((waiting.get(client)?.timestamp ?? Infinity) <= timestamp) waiting.delete(client)
    this.reply(client)
  }
}
