// First in, first out, of each producer: who is handed the messages of a producer gets them in the order in which they
// entered the stream. The same message again is a redelivery and no violation; that a message is missing is not seen here.

import { defineChecker, type Speaker } from './checker.ts'
import { Stated } from './fact-words.ts'
import { counted } from './verdicts.ts'
import { entryOf, Windows } from './window.ts'

/** Producers of a stream that are remembered. */
const PRODUCERS = 10_000

const newStreams = () => new Windows<string, Stated>(PRODUCERS)

/** Who is handed messages, in one of its lives: a new one may be handed again what the last had not acknowledged. */
interface Consumer {
  epoch: number
  /** Stream → producer → what was handed over last. */
  streams: Windows<string, Stated>
}

export const fifo = defineChecker({
  name: 'fifo',
  meaning: 'a stream hands the messages of a producer over in their order',
  parameters: {},
  create(_values, violated) {
    const consumers = new Map<Speaker, Consumer>()
    let consumed = 0
    return {
      hears: {
        consumed(at, by, fact) {
          consumed++
          const consumer = entryOf(consumers, by, () => ({ epoch: by.epoch, streams: newStreams() }))
          if (consumer.epoch !== by.epoch) {
            consumer.epoch = by.epoch
            consumer.streams = newStreams()
          }
          const producers = consumer.streams.of(fact.stream)
          const last = producers.get(fact.producer)
          const stated = new Stated(at, by, fact)
          const lastNumber = last ? (last.fact as typeof fact).sequence : Number.NEGATIVE_INFINITY
          if (lastNumber <= fact.sequence) producers.set(fact.producer, stated)
          else
            violated(at, () => ({
              what: `${fact.stream} handed over number ${fact.sequence} of ${fact.producer} after number ${lastNumber}`,
              events: [last!.evidence, stated.evidence],
            }))
        },
      },
      finish: () =>
        consumed === 0 ? undefined : { pass: true, detail: `${counted(consumed, 'message')} in order` },
    }
  },
})
