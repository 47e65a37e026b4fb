// A WebSocket hub: takes connections, keeps who has subscribed to what, and sends what is published to all of them, one after
// the other on its one thread. It pings its clients and drops those that do not answer, and holds only so much for one that is
// slow. Source: RFC 6455; ws and uWebSockets.js, README. Costs: see parameters.ts.
// Left out: compression, fragments, messages that clients send to each other, TLS, a backlog of connections that overflows.

import {
  type Address,
  type Message,
  RefusedError,
  type ToHub,
  UnreachableError,
  type WsOpenRequest,
  type WsPublished,
  type WsPublishRequest,
  type WsSubscribeRequest,
} from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { Broadcast, type Published } from './broadcast.ts'
import { Client, type Frame } from './client.ts'
import { faults, type HubValues, metrics, parameters } from './parameters.ts'
import { Thread } from './thread.ts'

export const websocketHub = defineService({
  name: 'websocket-hub',
  meaning: 'a WebSocket hub: subscriptions, broadcasts on one thread, pings, limits for slow clients',
  parameters,
  metrics,
  faults,
  create: (context, values) => new WebsocketHub(context, values),
})

const DONE = { kind: 'ws.done', bytes: 10 } as const
/** Bytes that a frame's header and an event's envelope add. */
const FRAME_BYTES = 50
const PING: Frame = { news: undefined, bytes: 6 }

class WebsocketHub implements Service {
  readonly #context: ServiceContext
  readonly #values: HubValues
  readonly #thread: Thread
  readonly #clients = new Map<string, Client>()
  readonly #byRequest = new Map<Envelope, Client>()
  readonly #subscribers = new Map<string, Set<Client>>()
  /** What was published on a topic last. */
  readonly #last = new Map<string, Frame>()
  readonly #sequences = new Map<string, number>()
  readonly #counters
  readonly #openTime
  readonly #broadcastTime
  readonly #connections
  readonly #buffered

  constructor(context: ServiceContext, values: HubValues) {
    this.#context = context
    this.#values = values
    this.#thread = new Thread(context.process)
    const counter = (name: keyof typeof metrics) => context.counter(name)
    this.#counters = {
      opened: counter('opened'),
      refused: counter('refused'),
      published: counter('published'),
      sent: counter('sent'),
      dropped: counter('dropped'),
      slow: counter('closed.slow'),
      dead: counter('closed.dead'),
    }
    this.#openTime = context.recording('open.time')
    this.#broadcastTime = context.recording('broadcast.time')
    this.#connections = context.level('connections', 'count', 'neither', 'clients connected to')
    this.#buffered = context.level('buffered', 'bytes', 'lower', 'bytes that wait for slow clients of')
    this.#connections.set(context.now(), 0)
    this.#buffered.set(context.now(), 0)
  }

  begin(): void {
    const { idleMemory, pingInterval, feeds } = this.#values
    this.#hold(idleMemory)
    if (pingInterval > 0) this.#every(pingInterval, () => this.#pingAll())
    for (const [topic, { every, size }] of Object.entries(feeds))
      this.#every(every, () => this.#publish({ topic, size }, () => {}))
  }

  cost({ message }: Envelope): Nanos {
    const { handshakeCost, receiveCost } = this.#values
    // The kernel's own doing.
    if (message.kind === 'ws.window') return 0
    return message.kind === 'ws.open' ? handshakeCost : receiveCost
  }

  handle(request: Envelope): void {
    if (request.isCopy) return
    const { message } = request
    switch (message.kind) {
      case 'ws.open':
        this.#open(request)
        break
      case 'ws.subscribe':
        this.#subscribe(request, message as WsSubscribeRequest)
        break
      case 'ws.publish':
        this.#publish(message as WsPublishRequest, (clients, cost) => {
          const reply: WsPublished = { kind: 'ws.published', clients, bytes: 20 }
          request.paid(Math.round(cost / this.#context.host.cpu.speed))
          request.reply(reply)
        })
        break
      default:
        request.refuse(new RefusedError(404, `${this.#context.name} answers no ${message.kind}`))
    }
  }

  receive(_from: Address, message: Message): void {
    const { kind, connection } = message as ToHub
    const client = this.#clients.get(connection)
    if (!client) return
    client.alive = true
    if (kind === 'ws.window') client.took((message as Extract<ToHub, { kind: 'ws.window' }>).taken)
  }

  abandon(request: Envelope): void {
    const client = this.#byRequest.get(request)
    if (client) this.#close(client)
  }

  crash(): void {
    const now = this.#context.now()
    this.#connections.set(now, 0)
    this.#buffered.set(now, 0)
  }

  fault(): () => void {
    for (const client of [...this.#clients.values()]) this.#close(client, 'connection reset')
    return () => {}
  }

  #open(request: Envelope): void {
    const now = this.#context.now()
    const { maxConnections = Number.POSITIVE_INFINITY, connectionMemory, retain } = this.#values
    const { connection, topics } = request.message as WsOpenRequest
    if (this.#clients.size >= maxConnections) {
      this.#counters.refused.add(now)
      request.refuse(new RefusedError(503, `${this.#context.name} has ${maxConnections} connections`))
      return
    }
    const client = new Client(this.#context, request, (bytes) => this.#keep(bytes))
    this.#clients.set(connection, client)
    this.#byRequest.set(request, client)
    this.#hold(connectionMemory)
    this.#counters.opened.add(now)
    this.#openTime.record(now, now - request.arrivedAt)
    this.#connections.set(now, this.#clients.size)
    for (const topic of topics) this.#subscribersOf(topic).add(client)
    if (retain === 'last') this.#sendLast(client, topics)
  }

  #subscribe(request: Envelope, { connection, add = [], remove = [] }: WsSubscribeRequest): void {
    const client = this.#clients.get(connection)
    if (!client) {
      request.refuse(new RefusedError(404, `no connection ${connection}`))
      return
    }
    for (const topic of remove) {
      client.topics.delete(topic)
      this.#subscribersOf(topic).delete(client)
    }
    const added = add.filter((topic) => !client.topics.has(topic))
    for (const topic of added) {
      client.topics.add(topic)
      this.#subscribersOf(topic).add(client)
    }
    if (this.#values.retain === 'last') this.#sendLast(client, added)
    request.reply(DONE)
  }

  #publish({ topic, size, body }: Published, published: (clients: number, cost: Nanos) => void): void {
    const { serialiseCost, serialiseRate, sendCost } = this.#values
    const begun = this.#context.now()
    const sequence = (this.#sequences.get(topic) ?? 0) + 1
    const making = Math.round(serialiseCost + (size / serialiseRate) * 1e9)
    const bytes = size + FRAME_BYTES
    const frame: Frame = { news: { topic, sequence, publishedAt: begun, body }, bytes }
    this.#sequences.set(topic, sequence)
    this.#last.set(topic, frame)
    this.#counters.published.add(begun)
    const broadcast = new Broadcast([...this.#subscribersOf(topic)], frame, {
      making,
      sendCost,
      send: (client, event) => this.#send(client, event),
      done: (clients) => {
        const now = this.#context.now()
        this.#broadcastTime.record(now, now - begun)
        published(clients, making + clients * sendCost)
      },
    })
    this.#thread.do(broadcast)
  }

  /** What was published last on topics goes to one client. */
  #sendLast(client: Client, topics: readonly string[]): void {
    for (const topic of topics) {
      const frame = this.#last.get(topic)
      if (frame) this.#sendAll([client], frame)
    }
  }

  #sendAll(clients: readonly Client[], frame: Frame): void {
    const { sendCost } = this.#values
    const send = (client: Client, to: Frame) => this.#send(client, to)
    this.#thread.do(new Broadcast(clients, frame, { making: 0, sendCost, send, done() {} }))
  }

  #send(client: Client, frame: Frame): void {
    const { buffer, slowClient } = this.#values
    const now = this.#context.now()
    if (client.isForgotten) this.#close(client)
    else if (client.send(frame, buffer)) this.#counters.sent.add(now)
    else if (slowClient === 'drop') this.#counters.dropped.add(now)
    else {
      this.#counters.slow.add(now)
      this.#close(client, 'too slow')
    }
  }

  #pingAll(): void {
    const clients = [...this.#clients.values()]
    for (const client of clients)
      if (!client.alive) {
        this.#counters.dead.add(this.#context.now())
        this.#close(client, 'no pong')
      } else client.alive = false
    this.#sendAll(clients, PING)
  }

  /** Ends a connection; with a reason, it is the hub that closes it, and the client is told. */
  #close(client: Client, reason?: string): void {
    if (client.closed) return
    client.end()
    this.#clients.delete(client.name)
    this.#byRequest.delete(client.request)
    for (const topic of client.topics) this.#subscribers.get(topic)?.delete(client)
    this.#hold(-this.#values.connectionMemory)
    this.#connections.set(this.#context.now(), this.#clients.size)
    if (reason !== undefined)
      client.request.refuse(new UnreachableError(`${this.#context.name} closed the connection: ${reason}`))
  }

  #subscribersOf(topic: string): Set<Client> {
    let subscribers = this.#subscribers.get(topic)
    if (!subscribers) {
      subscribers = new Set()
      this.#subscribers.set(topic, subscribers)
    }
    return subscribers
  }

  #keep(bytes: number): void {
    this.#buffered.add(this.#context.now(), bytes)
    this.#hold(bytes)
  }

  /** Takes memory, or gives it back. */
  #hold(bytes: number): void {
    const now = this.#context.now()
    if (bytes > 0) this.#context.process.memory.grow(now, bytes)
    else if (bytes < 0) this.#context.release(-bytes)
  }

  /** As `setInterval`: in turn with everything else, and counted from when it came to its turn. */
  #every(interval: Nanos, then: () => void): void {
    this.#context.process.after(interval, () => {
      this.#every(interval, then)
      then()
    })
  }
}
