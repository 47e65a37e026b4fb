// A connection as the hub knows it. What is sent goes out as long as the client's kernel takes it in (its window); what it
// does not take waits in the hub's memory up to a limit, and beyond that the client is too slow.

import { Fifo, type WsEvent, type WsNews, type WsOpenRequest, type WsPing } from '../../../env/index.ts'
import type { Envelope } from '../../envelope.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'

/** What is to be sent: news, or a ping where there are none. */
export interface Frame {
  readonly news: WsNews | undefined
  readonly bytes: number
}

export class Client {
  readonly name: string
  readonly topics: Set<string>
  /** Has been heard of since the last ping. */
  alive = true
  closed = false
  /** Bytes that wait here. */
  buffered = 0
  readonly #context: ServiceContext
  readonly #client: Process
  /** The life of the client that opened it. */
  readonly #epoch: number
  readonly #window: number
  readonly #buffer = new Fifo<Frame>()
  /** Bytes sent and not taken in. */
  #underWay = 0
  #sent = 0

  constructor(
    context: ServiceContext,
    readonly request: Envelope,
    /** Told of bytes that begin or cease to wait. */
    readonly buffers: (bytes: number) => void,
  ) {
    const { connection, topics, window } = request.message as WsOpenRequest
    this.name = connection
    this.topics = new Set(topics)
    this.#context = context
    this.#client = request.from
    this.#epoch = request.from.epoch
    this.#window = window
  }

  /** The process at the other end has been started anew, and knows nothing of this connection. */
  get isForgotten(): boolean {
    return this.#client.epoch !== this.#epoch && this.#client.up
  }

  /** Sends a message, or keeps it until there is room; false if that would be more than `limit` bytes. */
  send(frame: Frame, limit: number): boolean {
    if (this.#buffer.length === 0 && this.#underWay < this.#window) {
      this.#put(frame)
      return true
    }
    if (this.buffered + frame.bytes > limit) return false
    this.#buffer.push(frame)
    this.#keep(frame.bytes)
    return true
  }

  /** The client has taken in so many bytes. */
  took(bytes: number): void {
    this.#underWay -= bytes
    while (this.#buffer.length > 0 && this.#underWay < this.#window) {
      const frame = this.#buffer.shift()!
      this.#keep(-frame.bytes)
      this.#put(frame)
    }
  }

  /** Nothing more will be sent. */
  end(): void {
    this.closed = true
    this.#keep(-this.buffered)
    this.#buffer.clear()
  }

  #keep(bytes: number): void {
    this.buffered += bytes
    this.buffers(bytes)
  }

  #put({ news, bytes }: Frame): void {
    const connection = this.name
    const n = ++this.#sent
    this.#underWay += bytes
    const message: WsEvent | WsPing = news
      ? { kind: 'ws.event', connection, n, news, bytes }
      : { kind: 'ws.ping', connection, n, bytes }
    this.#context.send(this.#client.address, message)
  }
}
