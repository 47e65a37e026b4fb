// A one-way message in hand: from a master, a replica, another server of the group.

import type { Address, Message } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Group } from './group.ts'
import type { NoticeMessage } from './messages.ts'
import type { Replication } from './replication.ts'
import type { ThreadItem } from './thread.ts'

/** Who takes notice. */
export interface Noticed {
  readonly replication: Replication
  readonly group: Group | undefined
  costOfNotice(message: NoticeMessage): Nanos
  /** It was published at another server. */
  forwarded(channel: string, message: string): void
}

export class Notice implements ThreadItem {
  readonly wanted = true
  readonly #server: Noticed
  readonly #from: Address
  readonly #message: NoticeMessage

  constructor(server: Noticed, from: Address, message: Message) {
    this.#server = server
    this.#from = from
    this.#message = message as NoticeMessage
  }

  cost(): Nanos {
    return this.#server.costOfNotice(this.#message)
  }

  run(): void {
    const { replication, group } = this.#server
    const from = this.#from
    const message = this.#message
    if (!group) return
    switch (message.kind) {
      case 'redis.psync':
        replication.psync(replication.peer(from), message)
        break
      case 'redis.stream':
        replication.stream(from, message)
        break
      case 'redis.snapshot':
        replication.snapshot(from, message)
        break
      case 'redis.ack':
        replication.acked(replication.peer(from), message)
        group.acked()
        break
      case 'redis.forward':
        this.#server.forwarded(message.channel, message.message)
        break
      default:
        group.receive(from, message)
    }
  }
}
