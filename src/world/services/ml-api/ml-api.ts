// A machine learning service outside, behind HTTP: answers that take long and sometimes very long, limits on requests and tokens
// a minute with Retry-After, errors, outages, a bill. It has as many cores as it needs: what its host computes is not modelled,
// and its way there is a link of the scenario. Limits are token buckets that refill all the time (Anthropic, "Rate limits");
// what the answer costs of the limit is max_tokens, else its own length (OpenAI, "Rate limits").
// Left out: answers that are streamed, limits a day, refused requests that count too, windows that start anew.

import { type InferReply, type InferRequest, RefusedError } from '../../../env/index.ts'
import { createDistribution, type Distribution } from '../../../kernel/distributions/registry.ts'
import { minutes, type Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { type MlApiValues, metrics, parameters } from './parameters.ts'
import { TokenBucket } from './token-bucket.ts'

export const mlApi = defineService({
  name: 'ml-api',
  meaning: 'a machine learning service outside: heavy-tailed latency, rate limits, errors, a bill',
  parameters,
  metrics,
  faults: {
    outage: 'everything is answered with 503 at once, what is in hand too',
    slow: 'answers take slow-factor times as long',
    'rate-limit':
      'others have used up the limits: everything is answered with 429, and Retry-After one minute',
  },
  create: (context, values) => new MlApi(context, values),
})

/** Bytes of a token, and of what is around them. */
const TOKEN_BYTES = 4
const HTTP_BYTES = 500

type FaultName = 'outage' | 'slow' | 'rate-limit'

class MlApi implements Service {
  readonly #context: ServiceContext
  readonly #values: MlApiValues
  readonly #latency: Distribution
  readonly #errorTime: Distribution
  readonly #requests: TokenBucket | undefined
  readonly #tokens: TokenBucket | undefined
  /** Requests in hand, and the means to drop each. */
  readonly #inHand = new Map<Envelope, () => void>()
  readonly #faults = { outage: 0, slow: 0, 'rate-limit': 0 }
  readonly #level
  readonly #latencies
  readonly #admitted
  readonly #counted
  readonly #limited
  readonly #failed
  readonly #retryAfter
  readonly #spend

  constructor(context: ServiceContext, values: MlApiValues) {
    const { requestsPerMinute, tokensPerMinute, requestBurst, tokenBurst } = values
    const bucket = (limit: number, burst = limit) =>
      limit === 0 ? undefined : new TokenBucket(limit, burst, context.now())
    this.#context = context
    this.#values = values
    this.#latency = createDistribution(values.latency)
    this.#errorTime = createDistribution(values.errorTime)
    this.#requests = bucket(requestsPerMinute, requestBurst)
    this.#tokens = bucket(tokensPerMinute, tokenBurst)
    this.#level = context.level('in-hand', 'count', 'lower', 'requests in hand at')
    this.#latencies = context.recording('latency')
    this.#admitted = context.counter('admitted')
    this.#counted = context.counter('tokens')
    this.#limited = context.counter('limited')
    this.#failed = context.counter('failed')
    this.#retryAfter = context.recording('retry-after')
    this.#spend = context.counter('spend')
    this.#observe()
  }

  /** Its cores are nobody's business. */
  cost(): Nanos {
    return 0
  }

  handle(request: Envelope): void {
    const { concurrency } = this.#values
    const { message } = request
    if (message.kind !== 'ml.infer')
      request.refuse(new RefusedError(404, `${this.#context.name} answers no ${message.kind}`))
    else if (this.#faults.outage > 0) this.#fail(request, 503, 'service unavailable')
    else if (this.#faults['rate-limit'] > 0) this.#limit(request, minutes(1))
    else if (concurrency > 0 && this.#inHand.size >= concurrency) this.#limit(request, undefined)
    else this.#admit(request, message as InferRequest)
  }

  abandon(request: Envelope): void {
    this.#inHand.get(request)?.()
    this.#end(request)
  }

  crash(): void {
    this.#level.set(this.#context.now(), 0)
  }

  fault(name: string): () => void {
    const kind = name as FaultName
    this.#faults[kind]++
    if (kind === 'outage') this.#drop()
    return () => {
      this.#faults[kind]--
      if (kind !== 'rate-limit') return
      this.#requests?.empty(this.#context.now())
      this.#tokens?.empty(this.#context.now())
    }
  }

  #admit(request: Envelope, message: InferRequest): void {
    const now = this.#context.now()
    const { promptTokens, outputTokens, maxTokens = outputTokens } = message
    const counted = promptTokens + maxTokens
    const wait = Math.max(this.#requests?.wait(now, 1) ?? 0, this.#tokens?.wait(now, counted) ?? 0)
    if (wait > 0) {
      this.#limit(request, wait)
      return
    }
    this.#requests?.take(1)
    this.#tokens?.take(counted)
    this.#admitted.add(now)
    this.#counted.add(now, counted)
    this.#spend.add(now, (promptTokens * this.#values.promptPrice) / 1e6)
    this.#serve(request, message)
    this.#observe()
  }

  #serve(request: Envelope, message: InferRequest): void {
    const { errorRate } = this.#values
    if (errorRate > 0 && this.#context.random('errors').uniform() < errorRate) {
      const time = this.#errorTime.sample(this.#context.random('error-time'))
      this.#after(request, time, () => this.#fail(request, 500, 'internal server error'))
    } else this.#after(request, this.#timeOf(message), () => this.#answer(request, message))
  }

  #timeOf({ promptTokens, outputTokens }: InferRequest): Nanos {
    const { promptTime, outputTime, slowFactor } = this.#values
    const base = this.#latency.sample(this.#context.random('latency'))
    const time = base + promptTokens * promptTime + outputTokens * outputTime
    return this.#faults.slow > 0 ? time * slowFactor : time
  }

  #after(request: Envelope, time: number, then: () => void): void {
    const cancel = this.#context.later(Math.round(time), () => {
      this.#end(request)
      then()
    })
    this.#inHand.set(request, cancel)
  }

  #answer(request: Envelope, { promptTokens, outputTokens }: InferRequest): void {
    const now = this.#context.now()
    const bytes = HTTP_BYTES + TOKEN_BYTES * outputTokens
    const reply: InferReply = { kind: 'ml.inferred', promptTokens, outputTokens, bytes }
    this.#latencies.record(now, now - request.arrivedAt)
    this.#spend.add(now, (outputTokens * this.#values.outputPrice) / 1e6)
    request.reply(reply)
  }

  /** @param wait until it would be taken; Infinity: it never will, undefined: nobody knows */
  #limit(request: Envelope, wait: Nanos | undefined): void {
    const now = this.#context.now()
    const { retryAfterUnit } = this.#values
    this.#limited.add(now)
    if (wait === undefined || wait === Number.POSITIVE_INFINITY) {
      const why = wait ? 'request too large for the limit of tokens' : 'too many requests at once'
      request.refuse(new RefusedError(429, why))
      return
    }
    const retryAfter = Math.ceil(wait / retryAfterUnit) * retryAfterUnit
    this.#retryAfter.record(now, retryAfter)
    request.refuse(new RefusedError(429, 'rate limit reached', retryAfter))
  }

  #fail(request: Envelope, status: number, why: string): void {
    this.#failed.add(this.#context.now())
    request.refuse(new RefusedError(status, why))
  }

  /** What is in hand is lost. */
  #drop(): void {
    for (const [request, cancel] of [...this.#inHand]) {
      cancel()
      this.#end(request)
      this.#fail(request, 503, 'service unavailable')
    }
  }

  #end(request: Envelope): void {
    this.#inHand.delete(request)
    this.#observe()
  }

  #observe(): void {
    this.#level.set(this.#context.now(), this.#inHand.size)
  }
}
