// A vector store: points of a corpus, an index over them, threads that search it. What a search costs follows from the index
// (indexes/), what it answers from the documents it has (corpus.ts); engines.ts says how three known ones are set.
// A front of one thread takes requests; their queries and writes take threads, first come first served. Memory is vectors and
// links; what does not fit is refused. After a crash the points are read from the disk before anyone is served.
// Left out: several collections and shards, deleting, payloads, quantisation, vectors that stay on the disk, swapping.

import {
  Account,
  COMPUTE,
  CORE,
  QUEUE,
  RefusedError,
  SERVICE,
  type SearchReply,
  type SearchRequest,
  type UpsertReply,
  type UpsertRequest,
} from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { hashOf } from './corpus.ts'
import { metrics, parameters, type VectorStoreValues } from './parameters.ts'
import { Points } from './points.ts'
import { Query, Write } from './requests.ts'
import { type Settings, settingsOf } from './settings.ts'
import { type Task, Threads } from './threads.ts'

export const vectorStore = defineService({
  name: 'vector-store',
  meaning: 'a vector store (ChromaDB, Qdrant or FAISS): searches whose cost and recall follow from the index',
  parameters,
  metrics,
  faults: { hang: 'nothing is answered any more; what computes goes on' },
  create: (context, values) => new VectorStore(context, values),
})

/** A request in hand: its queries, or its write. */
interface Exchange {
  readonly request: Envelope
  readonly tasks: readonly Task[]
  left: number
}

class VectorStore implements Service {
  readonly #context: ServiceContext
  readonly #settings: Settings
  readonly #salt: number
  readonly #threads: Threads
  readonly #points: Points
  readonly #exchanges = new Map<Envelope, Exchange>()
  readonly #latency
  readonly #searches
  readonly #recall
  readonly #refused
  readonly #load
  #ready = false
  #hangs = 0
  readonly #held: (() => void)[] = []

  constructor(context: ServiceContext, values: VectorStoreValues) {
    const settings = settingsOf(values)
    this.#context = context
    this.#settings = settings
    this.#salt = hashOf(context.name)
    this.#threads = new Threads(
      context,
      settings.threads,
      settings.search.bulk ? settings.coreBandwidth : undefined,
    )
    this.#points = new Points(context, settings, this.#threads)
    this.#latency = context.recording('latency')
    this.#searches = context.counter('searches')
    this.#recall = context.recording('recall')
    this.#refused = context.counter('refused')
    this.#load = context.recording('load')
  }

  begin(): void {
    const { restarted, bytes } = this.#points
    if (!this.#context.allocate(this.#settings.programMemory + bytes)) {
      // Out of memory while it starts: it ends.
      this.#context.process.kill()
      return
    }
    if (!restarted && this.#settings.loaded) {
      this.#ready = true
      return
    }
    const since = this.#context.now()
    const read = () => {
      this.#ready = true
      this.#load.record(this.#context.now(), this.#context.now() - since)
    }
    this.#context.host.disk.stream(bytes, this.#context.entering(read))
  }

  cost({ message }: Envelope): Nanos {
    return message.kind === 'vector.upsert' ? this.#settings.writeCost : this.#settings.searchCost
  }

  handle(request: Envelope): void {
    const { message } = request
    if (message.kind !== 'vector.search' && message.kind !== 'vector.upsert')
      request.refuse(new RefusedError(404, `${this.#context.name} answers no ${message.kind}`))
    else
      this.#proceed(() => {
        if (request.abandoned) return
        if (!this.#ready) this.#refuse(request, 503, 'loading')
        else if (message.kind === 'vector.search') this.#search(request, message as SearchRequest)
        else this.#write(request, message as UpsertRequest)
      })
  }

  abandon(request: Envelope): void {
    const exchange = this.#exchanges.get(request)
    if (!exchange) return
    this.#exchanges.delete(request)
    for (const task of exchange.tasks) {
      // A write that has begun is carried out.
      if (task instanceof Write && task.state !== 'waiting') continue
      this.#threads.cancel(task)
      if (task instanceof Write) this.#context.release(task.reserved)
    }
  }

  crash(): void {
    this.#threads.crash()
  }

  fault(): () => void {
    this.#hangs++
    return () => {
      if (--this.#hangs > 0) return
      for (const then of this.#held.splice(0)) this.#proceed(then)
    }
  }

  #proceed(then: () => void): void {
    if (this.#hangs > 0) this.#held.push(then)
    else then()
  }

  #search(request: Envelope, message: SearchRequest): void {
    const queries = message.queries.map((vector) => {
      const terms = { vector, message, settings: this.#settings, points: this.#points, salt: this.#salt }
      const query: Query = new Query(terms, this.#context.now(), () => this.#ended(exchange, query))
      return query
    })
    const exchange = { request, tasks: queries, left: queries.length }
    this.#begin(exchange)
  }

  #write(request: Envelope, { ids }: UpsertRequest): void {
    const { corpus, pointBytes, persistence } = this.#settings
    const unknown = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < corpus))
    if (unknown !== undefined) {
      this.#refuse(request, 400, `document ${unknown} is none of the corpus, which has ${corpus}`)
      return
    }
    if (persistence === 'wal' && this.#context.host.disk.free === 0) {
      this.#refuse(request, 507, 'No space left on device')
      return
    }
    const { holdings } = this.#points
    const reserved = ids.filter((id) => !holdings.has(id)).length * pointBytes
    if (!this.#context.allocate(reserved)) {
      this.#refuse(request, 507, 'out of memory')
      return
    }
    const terms = { ids, reserved, settings: this.#settings, points: this.#points }
    const write: Write = new Write(terms, this.#context.now(), () => {
      this.#context.release(reserved - write.added * pointBytes)
      this.#ended(exchange, write)
    })
    const exchange = { request, tasks: [write], left: 1 }
    this.#begin(exchange)
  }

  #begin(exchange: Exchange): void {
    const { request, tasks } = exchange
    this.#exchanges.set(request, exchange)
    if (tasks.length === 0) this.#answer(exchange)
    for (const task of tasks) this.#threads.submit(task)
  }

  #ended(exchange: Exchange, task: Task): void {
    if (task instanceof Query) {
      const now = this.#context.now()
      this.#searches.add(now)
      if (task.recall !== undefined) this.#recall.record(now, task.recall)
    }
    if (--exchange.left > 0 || !this.#exchanges.has(exchange.request)) return
    exchange.request.bookAll(this.#accountOf(task))
    this.#proceed(() => this.#answer(exchange))
  }

  /** Where the time of the task went that was waited for last. */
  #accountOf({ cameAt, startedAt, cost }: Task): Account {
    const account = new Account()
    const held = this.#context.now() - startedAt
    const computing = Math.min(held, Math.round(cost / this.#context.host.cpu.speed))
    account.add(QUEUE, startedAt - cameAt)
    account.add(COMPUTE, computing)
    // Where memory is read in bulk, it is the memory that one waits for, or a core: who knows.
    account.add(this.#settings.search.bulk ? SERVICE : CORE, held - computing)
    return account
  }

  #answer({ request, tasks }: Exchange): void {
    const now = this.#context.now()
    this.#exchanges.delete(request)
    const [first] = tasks
    if (first instanceof Write) {
      const reply: UpsertReply = { kind: 'vector.upserted', added: first.added }
      request.reply(reply)
      return
    }
    const matches = tasks.map((task) => (task as Query).matches)
    const reply: SearchReply = { kind: 'vector.matches', matches }
    if (!request.abandoned) this.#latency.record(now, now - request.arrivedAt)
    request.reply(reply)
  }

  #refuse(request: Envelope, status: number, why: string): void {
    this.#refused.add(this.#context.now())
    request.refuse(new RefusedError(status, why))
  }
}
