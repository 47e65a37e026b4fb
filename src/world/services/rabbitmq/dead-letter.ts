// A message that has died in a queue, on its way to where its queue sends such. Source: rabbitmq.com/docs/dlx.
// At most once: it has left its queue when it is published again. Left out: the `x-death` header as clients see it.

import type { QueueTerms } from '../../../env/index.ts'
import type { Death, StoredMessage } from './message.ts'

/** The message as it is published again, without a time to live of its own; undefined: its queue sends the dead nowhere. */
export function deadLetter(
  message: StoredMessage,
  death: Death,
  { deadLetterExchange, deadLetterRoutingKey }: QueueTerms,
): StoredMessage | undefined {
  if (deadLetterExchange === undefined) return undefined
  const { expiration: _, ...content } = message.content
  return {
    ...message,
    exchange: deadLetterExchange,
    routingKey: deadLetterRoutingKey ?? message.routingKey,
    content,
    deaths: [...message.deaths, death],
  }
}

/** Whether it has died in this queue since a consumer last rejected it: then it would go round for ever, and is dropped. */
export function goesRound({ deaths }: StoredMessage, queue: string): boolean {
  const lastRejected = deaths.findLastIndex(({ reason }) => reason === 'rejected')
  return deaths.slice(lastRejected + 1).some((death) => death.queue === queue)
}
