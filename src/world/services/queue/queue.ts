// The textbook station: a number of servers, a discipline, room for so many, and a next station or none.
// It uses no core, so that the laws of queueing theory hold for it exactly. Left out: preemption, breaks, batches.

import {
  Account,
  type Address,
  type JobDone,
  type JobRequest,
  QUEUE,
  RefusedError,
  SERVICE,
} from '../../../env/index.ts'
import { createDistribution } from '../../../kernel/distributions/registry.ts'
import { choice, count, distribution, optional, reference, type Values } from '../../../parameters.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { Forward } from '../forward.ts'
import { Job, Servers, SharedServers, type Station, WaitingRoom } from './station.ts'

const parameters = {
  servers: count({ meaning: 'jobs served at once', default: 1, min: 1 }),
  discipline: choice(['fifo', 'lifo', 'priority', 'processor-sharing'], {
    meaning:
      'who is served next: who came first, who came last, the lowest priority number (first come, first served within one; nobody is interrupted), or all at once, each at min(1, servers / jobs)',
    default: 'fifo',
  }),
  capacity: optional(
    count({
      meaning: 'jobs there is room for, those being served included; more are refused with 503',
      min: 1,
    }),
  ),
  service: distribution('ns', {
    meaning: 'service time of a job that states none, drawn when it comes',
  }),
  classes: count({
    meaning: 'priorities observed each on its own, as wait.0, wait.1 …; higher ones count as the last',
    default: 1,
    min: 1,
    max: 64,
  }),
  next: optional(
    reference('service', {
      meaning:
        'the next station: it draws its own service time, and the reply comes from the last one; several take turns',
    }),
  ),
} as const

const metrics = {
  wait: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time in the station without being served (under processor sharing: the stay less the demand)',
  },
  sojourn: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time in the station',
  },
  blocked: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'jobs refused for want of room',
  },
} as const

export const queue = defineService({
  name: 'queue',
  meaning: 'a station of queueing theory: servers, a discipline, a capacity',
  parameters,
  metrics,
  create: (context, values) => new Queue(context, values),
})

const DONE: JobDone = { kind: 'job.done' }

class Queue implements Service {
  readonly #context: ServiceContext
  readonly #values: Values<typeof parameters>
  readonly #station: Station
  readonly #jobs = new Map<Envelope, Job>()
  readonly #forwards = new Map<Envelope, Forward>()
  readonly #draw: () => Nanos
  readonly #length
  readonly #wait
  readonly #sojourn
  readonly #waitOf
  readonly #sojournOf
  readonly #blocked
  #turn = 0

  constructor(context: ServiceContext, values: Values<typeof parameters>) {
    const { servers, discipline, classes } = values
    const byClass = Array.from({ length: classes }, (_, i) => String(i))
    this.#context = context
    this.#values = values
    this.#length = context.queueLevel()
    this.#length.set(context.now(), 0)
    this.#wait = context.recording('wait')
    this.#sojourn = context.recording('sojourn')
    this.#waitOf = classes > 1 ? byClass.map((of) => context.recording('wait', of)) : []
    this.#sojournOf = classes > 1 ? byClass.map((of) => context.recording('sojourn', of)) : []
    this.#blocked = context.counter('blocked')
    const service = createDistribution(values.service)
    const random = context.random('service')
    this.#draw = () => Math.round(service.sample(random))
    const utilisation = context.utilisationLevel()
    const ended = (job: Job, waited: Nanos) => this.#ended(job, waited)
    const room = new WaitingRoom(discipline === 'priority' ? classes : 1, discipline === 'lifo')
    this.#station =
      discipline === 'processor-sharing'
        ? new SharedServers(context, servers, utilisation, ended)
        : new Servers(context, servers, room, utilisation, ended)
  }

  cost(): Nanos {
    return 0
  }

  handle(request: Envelope): void {
    const { message } = request
    if (message.kind !== 'job') {
      request.refuse(new RefusedError(404, `${this.#context.name} answers no ${message.kind}`))
      return
    }
    const { service, priority = 0 } = message as JobRequest
    const demand = service ?? this.#draw()
    const { capacity = Number.POSITIVE_INFINITY, classes } = this.#values
    if (this.#jobs.size >= capacity) {
      this.#blocked.add(this.#context.now())
      request.refuse(new RefusedError(503, `${this.#context.name} has room for ${capacity} jobs`))
      return
    }
    const job = new Job(request, demand, classOf(priority, classes), this.#context.now())
    this.#jobs.set(request, job)
    this.#station.add(job)
    this.#observe()
  }

  abandon(request: Envelope): void {
    this.#forwards.get(request)?.cancel()
    this.#forwards.delete(request)
    const job = this.#jobs.get(request)
    if (!job) return
    this.#jobs.delete(request)
    this.#station.remove(job)
    this.#observe()
  }

  crash(): void {
    this.#station.clear()
    this.#length.set(this.#context.now(), 0)
  }

  #ended(job: Job, waited: Nanos): void {
    const { request, priority } = job
    const now = this.#context.now()
    const stay = now - job.arrivedAt
    this.#jobs.delete(request)
    this.#observe()
    this.#wait.record(now, waited)
    this.#sojourn.record(now, stay)
    this.#waitOf[priority]?.record(now, waited)
    this.#sojournOf[priority]?.record(now, stay)
    const account = new Account()
    account.add(QUEUE, waited)
    account.add(SERVICE, stay - waited)
    request.bookAll(account)
    const next = this.#values.next
    // It goes back to its own request, not to the one whose end let this one be served.
    if (next)
      this.#context.process.as(request.logged, () => this.#pass(request, next[this.#turn++ % next.length]!))
    else request.reply(DONE)
  }

  #pass(request: Envelope, to: Address): void {
    const { priority } = request.message as JobRequest
    const message: JobRequest = { kind: 'job', ...(priority === undefined ? {} : { priority }) }
    const over = (): void => {
      request.bookAll(forward.account)
      this.#forwards.delete(request)
    }
    const { process } = this.#context
    const terms = { timeout: Number.POSITIVE_INFINITY }
    const forward = new Forward(process, this.#context.processOf(to), message, terms, {
      answered(reply) {
        over()
        request.reply(reply)
      },
      failed(error) {
        over()
        request.refuse(error as Error)
      },
    })
    this.#forwards.set(request, forward)
  }

  #observe(): void {
    this.#length.set(this.#context.now(), this.#station.waiting)
  }
}

/** A priority as a class: a whole number from 0 to `classes` - 1. */
const classOf = (priority: number, classes: number): number =>
  Math.max(0, Math.min(Math.floor(priority), classes - 1))
