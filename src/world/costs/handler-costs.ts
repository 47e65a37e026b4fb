// What it costs a process of a coordinator to handle what comes to it: `KIND/MESSAGE` of the cost table, else `KIND`, and
// beside it what any process pays for a message: reading and decoding what comes (`message/receive`), encoding and writing
// what it sends (`message/send`), both by size; of a message that is signed, verifying (`signature/verify`) and signing it, once
// for all who get the same. What it sends while handling one thing is paid with the next.
// A coordinator of which no table knows anything pays one figure for all of that.
// Left out: TLS, HTTP, compression; what a process sends to itself costs nothing beside its handling.

import type { Message } from '../../env/index.ts'
import { type Nanos, us } from '../../units.ts'
import type { Costs } from './costs.ts'

/** Of a message, reply or timer of which no table knows anything. [G] a small JSON message in Node. */
const UNKNOWN_HANDLER: Nanos = us(20)

const RECEIVE = 'message/receive'
const SEND = 'message/send'
const VERIFY = 'signature/verify'
const SIGN = 'signature/sign'
const TIMER = 'timer'

const isSigned = (message: Message): boolean => 'signature' in message

export class HandlerCosts {
  readonly #costs: Costs
  readonly #coordinator: string
  readonly #size: number
  /** By kind of message; `undefined`: no table knows it. */
  readonly #byKind = new Map<string, Nanos | undefined>()
  readonly #unknown: Nanos
  /** For what was sent, and not paid for yet. */
  #owed: Nanos = 0
  /** The last message that was signed. */
  #signed: Message | undefined

  /** @param size of every handling: to how many processes its references lead */
  constructor(costs: Costs, coordinator: string, size: number) {
    this.#costs = costs
    this.#coordinator = coordinator
    this.#size = size
    this.#unknown = Math.round(UNKNOWN_HANDLER * costs.scale)
  }

  /** Of a message with its size in bytes (0: from itself), or of a timer. Throws as `Costs.of` does. */
  handling(message: Message | undefined, bytes: number): Nanos {
    const owed = this.#owed
    this.#owed = 0
    const own = this.#own(message?.kind ?? TIMER)
    if (own === undefined) return this.#unknown
    if (bytes === 0) return own + owed
    const verifying = isSigned(message!) ? this.#costs.of(VERIFY, bytes) : 0
    return own + owed + this.#costs.of(RECEIVE, bytes) + verifying
  }

  sent(message: Message, bytes: number): void {
    this.#owed += this.#costs.of(SEND, bytes)
    if (message === this.#signed || !isSigned(message)) return
    this.#owed += this.#costs.of(SIGN, bytes)
    this.#signed = message
  }

  /** It has ended where it stood. */
  crash(): void {
    this.#owed = 0
  }

  #own(kind: string): Nanos | undefined {
    if (this.#byKind.has(kind)) return this.#byKind.get(kind)
    const cost = this.#costs.handling(this.#coordinator, kind, this.#size)
    this.#byKind.set(kind, cost)
    return cost
  }
}
