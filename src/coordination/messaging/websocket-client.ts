// A client that watches topics of a WebSocket hub, as a browser or a dashboard does: it connects, takes what comes one after
// the other, answers pings, gives up a hub that is silent, and connects again after a pause that grows and is spread out.
// It has one thread: while it works on a message it takes in nothing, and what it has not taken waits at the hub.

import {
  type Address,
  all,
  Channel,
  defineCoordinator,
  type Env,
  type FromHub,
  InOrder,
  type Message,
  Outcome,
  type Task,
  UnreachableError,
  type WsEvent,
  type WsNews,
  type WsOpenRequest,
  type WsPong,
  type WsWindow,
} from '../../env/index.ts'
import { bytes, duration, list, number, ratio, reference, text, type Values } from '../../parameters.ts'
import { type Nanos, seconds } from '../../units.ts'

const parameters = {
  hub: reference('service', { meaning: 'the hub, or several, tried in turn' }),
  topics: list(text({ meaning: 'a topic' }), { meaning: 'what it watches', max: 1000 }),
  work: duration({ meaning: 'core time of each message, as for drawing it', default: 0 }),
  window: bytes({
    meaning: 'bytes that the kernels on both sides hold while it does not read',
    default: 425_984,
    min: 1,
    source: '[S] Linux: net.core.wmem_default and rmem_default, 212,992 each',
  }),
  silence: duration({
    meaning: 'after so long without a message or a ping it gives the hub up; 0s: never',
    default: seconds(31),
    source: '[S] ws, README: the ping interval and a second',
  }),
  reconnect: duration({
    meaning: 'pause before it connects again',
    default: seconds(1),
    source: '[S] socket.io: reconnectionDelay',
  }),
  reconnectMost: duration({
    meaning: 'the pause doubles with each attempt in vain, up to this',
    default: seconds(5),
    source: '[S] socket.io: reconnectionDelayMax',
  }),
  backOff: number({
    meaning: 'by what the pause grows with each attempt in vain',
    default: 2,
    min: 1,
    max: 100,
  }),
  spread: ratio({
    meaning:
      'by what part of itself the pause is longer or shorter at random, so that not all come back at once',
    default: 0.5,
    source: '[S] socket.io: randomizationFactor',
  }),
} as const

const timed = (meaning: string) => ({ observed: 'value', unit: 'ns', better: 'lower', meaning }) as const
const counted = (better: 'lower' | 'higher', meaning: string) =>
  ({ observed: 'count', unit: 'count', better, meaning }) as const

export const websocketClient = defineCoordinator({
  name: 'websocket-client',
  meaning: 'watches topics of a WebSocket hub, and connects again when it must',
  parameters,
  metrics: {
    'watch.latency': timed('from the publishing of a message to its taking in'),
    'watch.age': timed('age of what a client shows of a topic, just before it shows the next'),
    'watch.received': counted('higher', 'messages taken in'),
    'watch.missed': counted('lower', 'messages on a topic that a client never got between two that it got'),
    'watch.disconnected': counted('lower', 'connections that ended, or did not come about'),
    'watch.away': timed('from the end of a connection to the first message of the next'),
  },
  create: (env, terms) => new WebsocketClient(env, terms),
})

class WebsocketClient {
  readonly #env: Env
  readonly #terms: Values<typeof parameters>
  readonly #events = new Channel<WsEvent>()
  /** The last message of each topic. */
  readonly #shown = new Map<string, WsNews>()
  #hub!: Address
  #connection = ''
  #connections = 0
  /** Attempts since the hub was last heard of. */
  #inVain = 0
  #incoming!: InOrder<FromHub>
  #heardAt: Nanos = 0
  /** Bytes taken in that the hub does not know of. */
  #taken = 0
  #awaySince: Nanos | undefined

  constructor(env: Env, terms: Values<typeof parameters>) {
    this.#env = env
    this.#terms = terms
  }

  *start(): Task<void> {
    if (this.#terms.work > 0) this.#env.spawn(this.#drawForEver(), 'drawing')
    for (;;) {
      try {
        yield* this.#connect()
      } catch (error) {
        if (!(error instanceof Outcome)) throw error
      }
      this.#connection = ''
      this.#awaySince ??= this.#env.now()
      this.#env.observe({ kind: 'count', metric: 'watch.disconnected' })
      yield* this.#env.sleep(this.#pause())
    }
  }

  receive(_from: Address, message: Message): void {
    if (message.kind !== 'ws.event' && message.kind !== 'ws.ping') return
    const fromHub = message as FromHub
    if (fromHub.connection !== this.#connection) return
    this.#heardAt = this.#env.now()
    this.#inVain = 0
    this.#incoming.accept(fromHub)
  }

  /** One connection; ends in what ended it. */
  *#connect(): Task<void> {
    const env = this.#env
    const { hub, topics, window, silence } = this.#terms
    const connection = `${env.self.name}/${env.now()}/${++this.#connections}`
    this.#hub = hub[(this.#connections - 1) % hub.length]!
    this.#connection = connection
    this.#inVain++
    this.#taken = 0
    this.#heardAt = env.now()
    this.#incoming = new InOrder((message) => this.#take(message))
    const open: WsOpenRequest = { kind: 'ws.open', connection, topics, window, bytes: 500 }
    const held = env.call(this.#hub, open, Number.POSITIVE_INFINITY)
    yield* all<unknown>(silence > 0 ? [held, this.#listen()] : [held])
  }

  /** Looks whether the hub lives. */
  *#listen(): Task<never> {
    const { silence } = this.#terms
    for (;;) {
      const left = this.#heardAt + silence - this.#env.now()
      if (left <= 0) throw new UnreachableError(`${this.#hub.name} is silent`)
      yield* this.#env.sleep(left)
    }
  }

  #take(message: FromHub): void {
    if (message.kind === 'ws.ping') {
      const pong: WsPong = { kind: 'ws.pong', connection: this.#connection, bytes: 6 }
      this.#env.send(this.#hub, pong)
    } else if (this.#terms.work > 0) this.#events.put(message)
    else this.#show(message)
  }

  *#drawForEver(): Task<never> {
    for (;;) {
      const event = yield* this.#events.get()
      if (event.connection !== this.#connection) continue
      yield* this.#env.compute({ cost: this.#terms.work })
      this.#show(event)
    }
  }

  #show(event: WsEvent): void {
    const env = this.#env
    const now = env.now()
    const { topic, sequence, publishedAt } = event.news
    const before = this.#shown.get(topic)
    env.observe({ kind: 'count', metric: 'watch.received' })
    env.observe({ kind: 'value', metric: 'watch.latency', value: Math.max(0, now - publishedAt) })
    if (before) {
      env.observe({ kind: 'value', metric: 'watch.age', value: Math.max(0, now - before.publishedAt) })
      const missed = sequence - before.sequence - 1
      if (missed > 0) env.observe({ kind: 'count', metric: 'watch.missed', by: missed })
    }
    if (this.#awaySince !== undefined) {
      env.observe({ kind: 'value', metric: 'watch.away', value: now - this.#awaySince })
      this.#awaySince = undefined
    }
    this.#shown.set(topic, event.news)
    if (event.connection === this.#connection) this.#tellTaken(event.bytes!)
  }

  /** The hub hears of what was taken in once it is a quarter of the window. */
  #tellTaken(bytes: number): void {
    this.#taken += bytes
    if (this.#taken * 4 < this.#terms.window) return
    const message: WsWindow = {
      kind: 'ws.window',
      connection: this.#connection,
      taken: this.#taken,
      bytes: 0,
    }
    this.#taken = 0
    this.#env.send(this.#hub, message)
  }

  #pause(): Nanos {
    const { reconnect, reconnectMost, backOff, spread } = this.#terms
    let pause = reconnect
    for (let i = 1; i < this.#inVain && pause < reconnectMost; i++) pause *= backOff
    const factor = 1 + spread * (2 * this.#env.random('reconnect').uniform() - 1)
    return Math.round(Math.min(pause, reconnectMost) * factor)
  }
}
