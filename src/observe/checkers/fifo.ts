// First in, first out, of each producer: who is handed the messages of a producer gets them in the order in which they
// entered the stream. The same message again is a redelivery and no violation; that a message is missing is not seen here.

import type { Nanos } from '../../units.ts'
import { defineChecker, type Speaker } from './checker.ts'
import { evidenceOf } from './fact-words.ts'
import { counted } from './verdicts.ts'
import { entryOf, Named, Window } from './window.ts'

/** Producers of a stream that are remembered. */
const PRODUCERS = 10_000

/** What was handed over last of a producer. */
interface Last {
  sequence: number
  at: Nanos
}

const newStreams = () => new Named(() => new Window<string, Last>(PRODUCERS))

/** Who is handed messages, in one of its lives: a new one may be handed again what the last had not acknowledged. */
interface Consumer {
  epoch: number
  /** Stream → producer → what was handed over last. */
  streams: ReturnType<typeof newStreams>
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
          const { stream, producer, sequence } = fact
          consumed++
          const consumer = entryOf(consumers, by, () => ({ epoch: by.epoch, streams: newStreams() }))
          if (consumer.epoch !== by.epoch) {
            consumer.epoch = by.epoch
            consumer.streams = newStreams()
          }
          const producers = consumer.streams.of(stream)
          const last = producers.get(producer)
          if (!last) producers.set(producer, { sequence, at })
          else if (last.sequence <= sequence) {
            last.sequence = sequence
            last.at = at
          } else
            violated(at, () => ({
              what: `${stream} handed over number ${sequence} of ${producer} after number ${last.sequence}`,
              events: [
                evidenceOf(last.at, by, { ...fact, sequence: last.sequence }),
                evidenceOf(at, by, fact),
              ],
            }))
        },
      },
      finish: () =>
        consumed === 0 ? undefined : { pass: true, detail: `${counted(consumed, 'message')} in order` },
    }
  },
})
