// Taking a message by hand, and asking for a queue's depth, at a node that does not lead the queue: the request goes on to
// the leader, and is refused where none is known or none answers in time.

import { type Message, RefusedError, type Request } from '../../../env/index.ts'
import { seconds } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { ServiceContext } from '../../service.ts'
import { Forward } from '../forward.ts'
import type { StoredMessage } from './message.ts'
import type { QueueClient } from './queue-client.ts'
import type { Queues } from './queues.ts'

const TIMEOUT = seconds(15)

interface RemoteGet extends Request<RemoteGot> {
  readonly kind: 'rabbitmq.get'
  readonly queue: string
  /** The subscription at the asking node that is to hold it; left out: it counts as acknowledged. */
  readonly consumer?: number
}

interface Found {
  readonly position: number
  readonly message: StoredMessage
  readonly redelivered: boolean
}

interface RemoteGot extends Message {
  readonly kind: 'rabbitmq.got'
  readonly found: Found | undefined
  readonly left: number
}

export class RemoteGets {
  constructor(
    readonly context: ServiceContext,
    readonly queues: Queues,
  ) {}

  /** Asks the leader for a message. */
  ask(
    request: Envelope,
    { name, leader }: QueueClient,
    consumer: number | undefined,
    then: (found: Found | undefined, left: number) => void,
  ): void {
    const ask: RemoteGet = {
      kind: 'rabbitmq.get',
      queue: name,
      ...(consumer === undefined ? {} : { consumer }),
      bytes: 40,
    }
    this.#forward(request, name, leader, ask, (message) => {
      const { found, left } = message as RemoteGot
      then(found, left)
    })
  }

  /** Lets the leader answer. */
  pass(request: Envelope, { name, leader }: QueueClient): void {
    this.#forward(request, name, leader, request.message, (message) => request.reply(message))
  }

  /** Answers another node; whether it was one's question. */
  handle(request: Envelope): boolean {
    const { kind, queue: name, consumer } = request.message as RemoteGet
    if (kind !== 'rabbitmq.get') return false
    const queue = this.queues.get(name)
    const peer = this.queues.peers.find(({ process }) => process === request.from)
    const holder = consumer === undefined ? undefined : queue?.consumer(consumer, peer)
    if (!queue?.led || (consumer !== undefined && !holder)) {
      request.refuse(new RefusedError(503, `${this.context.name} does not lead queue ${name}`))
      return true
    }
    queue.get(holder, ({ entry, left }) => {
      const found = entry && {
        position: entry.position,
        message: entry.message,
        redelivered: entry.redelivered,
      }
      const got: RemoteGot = {
        kind: 'rabbitmq.got',
        found,
        left,
        bytes: 60 + (entry?.message.content.size ?? 0),
      }
      request.reply(got)
    })
    return true
  }

  #forward(
    request: Envelope,
    queue: string,
    leader: QueueClient['leader'],
    message: Message,
    then: (message: Message) => void,
  ): void {
    if (!leader) {
      request.refuse(new RefusedError(503, `queue ${queue} has no leader`))
      return
    }
    const { process } = this.context
    const forward: Forward = new Forward(
      process,
      leader.process,
      message,
      { timeout: TIMEOUT },
      {
        answered: (reply) => {
          request.bookAll(forward.account)
          then(reply)
        },
        failed: (error) => {
          request.bookAll(forward.account)
          request.refuse(error as Error)
        },
      },
    )
  }
}
