// Automatic batching: calls that come within a linger of one another go out together, as a Kafka producer's records do
// (linger.ms and batch.size, [S] kafka.apache.org/documentation, producer configs). The first call of a batch waits longest.

import { Deferred, type Env, type Task, type Timer, type ToolCall, type ToolResult } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'

/** What came of a call of a batch. */
export type CallAnswer = { readonly result: ToolResult } | { readonly error: unknown }

/** A call that waits for its batch, or for its answer. */
class Entry {
  readonly answer = new Deferred<CallAnswer>()
  /** Its caller has gone. */
  gone = false

  constructor(readonly call: ToolCall) {}
}

export class CallBatcher {
  readonly #env: Env
  readonly #linger: Nanos
  readonly #most: number
  readonly #send: (calls: readonly ToolCall[]) => Task<readonly CallAnswer[]>
  #gathered: Entry[] = []
  #timer: Timer | undefined

  /**
   * @param linger how long the first call waits for others
   * @param most calls in a batch, which goes out as soon as it has them
   * @param send sends them in one message; the answers in their order. Never throws
   */
  constructor(
    env: Env,
    linger: Nanos,
    most: number,
    send: (calls: readonly ToolCall[]) => Task<readonly CallAnswer[]>,
  ) {
    this.#env = env
    this.#linger = linger
    this.#most = most
    this.#send = send
  }

  /** Sends a call with those that come soon. */
  *call(call: ToolCall): Task<ToolResult> {
    const entry = new Entry(call)
    this.#gathered.push(entry)
    if (this.#gathered.length >= this.#most) this.#flush()
    else this.#timer ??= this.#env.after(this.#linger, () => this.#flush())
    try {
      const answer = yield* entry.answer.wait()
      if ('error' in answer) throw answer.error
      return answer.result
    } finally {
      entry.gone = true
    }
  }

  #flush(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const entries = this.#gathered.filter(({ gone }) => !gone)
    this.#gathered = []
    if (entries.length > 0) this.#env.spawn(this.#exchange(entries), 'mcp batch')
  }

  /** Whoever gives up meanwhile, the batch is on its way for the others. */
  *#exchange(entries: readonly Entry[]): Task<void> {
    const answers = yield* this.#send(entries.map(({ call }) => call))
    for (const [i, { answer }] of entries.entries()) answer.resolve(answers[i]!)
  }
}
