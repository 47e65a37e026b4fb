// The clients of a run: they ask what the workload says, when it says, and observe what comes of it.
// They cost nothing and wait for nobody: an open workload does not slow down when its target does.

import {
  type Account,
  type Fact,
  type GenerateReply,
  type Message,
  NONSENSE,
  PARTS,
  RefusedError,
  TimeoutError,
  type Waiter,
} from '../env/index.ts'
import type { BreakdownRecording } from '../observe/breakdown.ts'
import { type LittleVerdict, Stays } from '../observe/little.ts'
import type { Counter, Level, Recorder, Recording } from '../observe/recorder.ts'
import type { RequestLog } from '../observe/request-log.ts'
import type { WarmUp } from '../observe/warm-up.ts'
import type { Nanos } from '../units.ts'
import type { RequestSource } from '../workload/workload.ts'
import type { Behaviour } from '../world/behaviour.ts'
import { Call } from '../world/call.ts'
import type { Process } from '../world/process.ts'
import type { MessageRecord } from './message-record.ts'

const ARRIVAL = 10
const AGAIN = 11

/** What the checkers hear of requests. */
const ASKED: Fact = { fact: 'asked', of: 'requests' }
const ANSWERED: Fact = { fact: 'answered', of: 'requests', ok: true }
const NOT_ANSWERED: Fact = { fact: 'answered', of: 'requests', ok: false }

/** What the clients observe, by its name in the result. */
class Instruments {
  readonly latency: Recording
  readonly firstToken: Recording
  readonly tokenTime: Recording
  readonly inSystem: Level
  readonly completed: Counter
  readonly tokens: Counter
  readonly timedOut: Counter
  readonly refused: Counter
  readonly failed: Counter
  readonly breakdown: BreakdownRecording

  constructor(recorder: Recorder) {
    const time = (name: string, meaning: string) =>
      recorder.distribution(name, { unit: 'ns', better: 'lower', meaning })
    const counter = (name: string, better: 'lower' | 'higher', meaning: string, series = false) =>
      recorder.counter(name, { unit: 'count', better, meaning }, { series })
    this.latency = time('latency', 'from asking to the end of the answer')
    this.firstToken = time('ttft', 'time to first token')
    this.tokenTime = time('tpot', 'time per output token after the first')
    this.inSystem = recorder.level(
      'in-system',
      { unit: 'count', better: 'lower', meaning: 'requests asked and not yet answered' },
      { series: true },
    )
    this.inSystem.set(0, 0)
    this.completed = counter('requests.completed', 'higher', 'requests answered', true)
    this.tokens = recorder.counter(
      'tokens',
      { unit: 'tokens', better: 'higher', meaning: 'output tokens of the answers' },
      { series: true },
    )
    this.timedOut = counter(
      'requests.timed-out',
      'lower',
      'requests given up by their client after the timeout',
    )
    this.refused = counter('requests.refused', 'lower', 'requests answered with a refusal')
    this.failed = counter('requests.failed', 'lower', 'requests that failed otherwise')
    this.breakdown = recorder.breakdown(PARTS)
  }
}

export interface ClientTerms {
  readonly target: Process
  readonly source: RequestSource
  readonly timeout: Nanos
  /** Stop the run after so many answers, failures included, since the end of warm-up. */
  readonly requests: number | undefined
  /** Sees the latencies in the order of the answers, where the end of warm-up is to be found. */
  readonly warmUp: WarmUp | undefined
  /** Keeps where the time of each request went. */
  readonly log?: RequestLog | undefined
  /** Keeps the messages of the slowest. */
  readonly messages?: MessageRecord | undefined
}

export class Clients implements Behaviour {
  readonly #process: Process
  readonly #terms: ClientTerms
  readonly #instruments: Instruments
  readonly #stays = new Stays()
  readonly #inside = new Set<Asked>()
  /** Answers that are left until the run stops; unknown until it is measured. */
  #left: number | undefined
  #asked = 0

  constructor(process: Process, recorder: Recorder, terms: ClientTerms) {
    this.#process = process
    this.#terms = terms
    this.#instruments = new Instruments(recorder)
  }

  cost(): Nanos {
    return 0
  }

  begin(): void {
    const { closed } = this.#terms.source
    if (closed) for (let i = 0; i < closed.clients; i++) this.#think()
    else this.#expect()
  }

  deliver(): void {}

  /** The warm-up is over. */
  measure(now: Nanos): void {
    this.#stays.reset(now)
    this.#left = this.#terms.requests
    this.#terms.log?.reset()
  }

  /** Little's law over the measured time. */
  check(now: Nanos): LittleVerdict {
    return this.#stays.check(this.#instruments.inSystem, now, this.#arrivals())
  }

  /** Asked and not yet answered. */
  get inside(): number {
    return this.#inside.size
  }

  ended(asked: Asked, reply: Message | undefined, error: unknown): void {
    const { simulation } = this.#process.world
    const now = simulation.now
    const { latency, completed, timedOut, refused, failed, breakdown, inSystem } = this.#instruments
    const elapsed = now - asked.at
    this.#inside.delete(asked)
    this.#stays.leave(now, asked.at)
    inSystem.add(now, -1)
    this.#process.world.said(this.#process, reply ? ANSWERED : NOT_ANSWERED)
    if (reply?.kind === NONSENSE.kind) failed.add(now)
    else if (reply) {
      completed.add(now)
      latency.record(now, elapsed)
      breakdown.record(elapsed, asked.account)
      this.#terms.log?.answered(asked.at, elapsed, asked.account)
      this.#terms.messages?.answered(asked.account.request, asked.call.request.logged, asked.at, elapsed)
      this.#terms.warmUp?.record(now, elapsed)
      if (reply.kind === 'ollama.generated') this.#observeTokens(now, asked, reply as GenerateReply)
    } else if (error instanceof TimeoutError) timedOut.add(now)
    else if (error instanceof RefusedError) refused.add(now)
    else failed.add(now)
    if (this.#left !== undefined && --this.#left === 0) simulation.stop()
    if (this.#terms.source.closed) this.#think()
  }

  #observeTokens(now: Nanos, asked: Asked, reply: GenerateReply): void {
    const { tokens, firstToken, tokenTime } = this.#instruments
    tokens.add(now, reply.evalCount)
    // An answer that comes at once has its first token with its last, and no time between tokens.
    const streamed = asked.headAt >= 0
    firstToken.record(now, (streamed ? asked.headAt : now) - asked.at)
    if (streamed && reply.evalCount > 1)
      tokenTime.record(now, Math.round((now - asked.headAt) / (reply.evalCount - 1)))
  }

  /** Sees to the next arrival of an open workload. */
  #expect(): void {
    const { simulation } = this.#process.world
    const next = this.#terms.source.next(simulation.now)
    if (!next) return
    const arrive = () => {
      this.#ask(next.request)
      this.#expect()
    }
    simulation.schedule(next.at, { id: this.#process.id, fire: arrive }, ARRIVAL)
  }

  /** A client of a closed workload thinks, and asks again. */
  #think(): void {
    const { simulation, streams } = this.#process.world
    const closed = this.#terms.source.closed!
    const pause = Math.round(closed.think.sample(streams.stream('workload/think')))
    const ask = () => this.#ask(closed.request())
    simulation.schedule(simulation.now + pause, { id: this.#process.id, fire: ask }, AGAIN)
  }

  #ask(request: Message): void {
    const now = this.#process.world.simulation.now
    const asked = new Asked(this, this.#process, now, this.#process.world.newAccount())
    asked.account.request = ++this.#asked
    this.#inside.add(asked)
    this.#instruments.inSystem.add(now, 1)
    this.#process.world.said(this.#process, ASKED)
    const onHead = () => {
      asked.headAt = this.#process.world.simulation.now
    }
    asked.call = new Call(this.#process, this.#terms.target, request, {
      timeout: this.#terms.timeout,
      onHead,
    })
    asked.call.start(asked)
  }

  *#arrivals(): Iterable<Nanos> {
    for (const asked of this.#inside) yield asked.at
  }
}

/** One request under way. */
class Asked implements Waiter {
  /** When the answer began; -1: not yet. */
  headAt: Nanos = -1
  call!: Call<Message>

  constructor(
    readonly clients: Clients,
    readonly scope: Process,
    readonly at: Nanos,
    readonly account: Account,
  ) {}

  resume(reply: unknown): void {
    this.call.attribute(this.account, this.scope.now() - this.at)
    this.clients.ended(this, reply as Message, undefined)
  }

  fail(error: unknown): void {
    this.clients.ended(this, undefined, error)
  }
}
