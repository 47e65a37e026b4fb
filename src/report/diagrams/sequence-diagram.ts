// The message sequence in words: where most of its time lies, how it is to be read, its messages as a table.

import type { Excerpt } from '../../results/result.ts'
import { format, formatInstant } from '../../units.ts'
import type { DataTable } from '../charts/chart.ts'
import { label } from '../charts/labels.ts'
import { counted } from '../figures.ts'
import type { Chosen, Diagram, Drawable } from './draft.ts'
import { chainOf, kindIn, type Message, nameIn, strongOf } from './excerpt.ts'
import { drawSequence } from './sequence.ts'
import { type SequenceLayout, sequenceLayout } from './sequence-layout.ts'

export function sequenceDiagram({ variant, why }: Chosen<Drawable>): Diagram | undefined {
  const { excerpt } = variant
  if (!excerpt || excerpt.messages.length === 0) return undefined
  const layout = sequenceLayout(excerpt)
  if (layout.steps.length === 0) return undefined
  return {
    name: 'sequence',
    title: titleOf(excerpt),
    caption: [why, ...captionOf(excerpt, layout)].filter((sentence) => sentence !== '').join(' '),
    table: messageTable(excerpt),
    width: layout.width,
    height: layout.height,
    draw: (pen) => drawSequence(pen, excerpt, layout),
  }
}

/** `The slowest request: 8.31 s, asked at 3.2 s`. */
const aboutOf = ({ of, what }: Excerpt): string => {
  const said = label(what, 90)
  if (of === 'beginning')
    return said === '' ? 'The first messages' : `${said[0]!.toUpperCase()}${said.slice(1)}`
  return `${of === 'violation' ? 'What was violated' : 'The slowest request'}: ${said}`
}

const titleOf = (excerpt: Excerpt): string => {
  const longest = longestWait(excerpt)
  return longest ? `${aboutOf(excerpt)}; ${longest}` : aboutOf(excerpt)
}

/** A smaller share of the whole says nothing of where the time lies. */
const TELLING = 0.15

/** Where most of its time lies: `6.2 s of it while ollama.3 handles generate`. */
function longestWait(excerpt: Excerpt): string | undefined {
  const longest = longestOnChain(excerpt) ?? longestGap(excerpt)
  if (!longest || longest.lasts < TELLING * (excerpt.until - excerpt.from)) return undefined
  return `${format(longest.lasts, 'ns')} of it ${longest.what}`
}

interface Wait {
  readonly lasts: number
  readonly what: string
}

const longer = (a: Wait | undefined, b: Wait): Wait => (a && a.lasts >= b.lasts ? a : b)

/** Along the messages that led to its end, if they lead back to its beginning. */
function longestOnChain(excerpt: Excerpt): Wait | undefined {
  const { messages } = excerpt
  const chain = chainOf(excerpt)
  const own = messages.filter(({ own }) => own)
  const first = messages[chain[0] ?? -1]
  if (!first || first !== own[0] || chain.length < 2) return undefined
  let longest: Wait | undefined
  chain.forEach((place, i) => {
    const message = messages[place]!
    const { sent, begun, done } = message
    if (begun === null) return
    longest = longer(longest, { lasts: begun - sent, what: underway(excerpt, message) })
    const until = i + 1 < chain.length ? messages[chain[i + 1]!]!.sent : (done ?? begun)
    longest = longer(longest, { lasts: until - begun, what: handling(excerpt, message) })
  })
  return longest
}

const handling = (excerpt: Excerpt, { to, kind }: Message): string =>
  `while ${nameIn(excerpt, to, 36)} handles ${kindIn(excerpt, kind, 36)}`

const underway = (excerpt: Excerpt, { to, kind }: Message): string =>
  `while ${kindIn(excerpt, kind, 36)} is on its way to ${nameIn(excerpt, to, 36)} or waits there`

/** The longest time in which nothing of it was sent or taken. */
function longestGap(excerpt: Excerpt): Wait | undefined {
  const own = excerpt.messages.filter(({ own }) => own)
  const instants = own
    .flatMap(({ sent, begun, done }) => [sent, begun, done].filter((at) => at !== null))
    .sort((a, b) => a - b)
  let [from, until] = [0, 0]
  instants.forEach((instant, i) => {
    if (i > 0 && instant - instants[i - 1]! > until - from) [from, until] = [instants[i - 1]!, instant]
  })
  if (until === from) return undefined
  return { lasts: until - from, what: whatGoesOn(excerpt, own, from, until) }
}

function whatGoesOn(excerpt: Excerpt, own: readonly Message[], from: number, until: number): string {
  const handled = own.find(
    ({ begun, done }) => begun !== null && begun <= from && done !== null && done >= until,
  )
  if (handled) return handling(excerpt, handled)
  const sent = own.find(({ sent, begun }) => sent <= from && begun !== null && begun >= until)
  if (sent) return underway(excerpt, sent)
  const before = own.findLast(({ sent, begun, done }) => done === from || begun === from || sent === from)
  const next = own.find(({ sent }) => sent === until)
  if (!before || !next) return 'while nothing of it is seen'
  const at = before.sent === from && before.begun !== from ? before.from : before.to
  return at === next.from
    ? `at ${nameIn(excerpt, at, 36)}, between ${kindIn(excerpt, before.kind, 36)} and ${kindIn(excerpt, next.kind, 36)}`
    : `between ${nameIn(excerpt, at, 36)} and ${nameIn(excerpt, next.from, 36)}`
}

function captionOf(
  excerpt: Excerpt,
  { steps, lifelines, toScale, breaks }: SequenceLayout,
): readonly string[] {
  const first = steps[0]!.message.sent
  const hidden = excerpt.messages.length - steps.length + excerpt.omitted
  const apart = excerpt.processes.length - lifelines.length
  const pale = strongOf(excerpt).includes(false)
  const lost = steps.some(({ message }) => message.begun === null)
  return [
    `Time runs downwards from ${formatInstant(first)}, ${
      toScale
        ? 'to scale.'
        : `not to scale: each message has its room${breaks.length > 0 ? ', and long waits, dotted, are cut short' : ''}; the times stand at the left.`
    }`,
    'An arrow goes from sending to where handling begins, so it holds what the message waited for, too; dashed: an answer. A bar is the handling, a hollow one the time until the last message sent because of it.',
    pale ? 'Grey: what is not part of it.' : '',
    lost ? 'A cross: it never came, or nobody took it.' : '',
    hidden > 0
      ? `Not drawn: ${counted(hidden, 'message')} of that time${apart > 0 ? `, and ${apart} of ${excerpt.processes.length} processes` : ''}.`
      : '',
  ]
}

/** Times to the nanosecond; what never happened is empty. */
export function messageTable(excerpt: Excerpt): DataTable {
  const names = excerpt.processes.map(({ name }) => label(name, 80))
  const kinds = excerpt.kinds.map((kind) => label(kind, 80))
  return {
    columns: ['sent, in s', 'begun, in s', 'done, in s', 'from', 'to', 'kind', 'bytes', 'part of it'],
    rows: excerpt.messages.map(({ sent, begun, done, from, to, kind, bytes, own }) => [
      inSeconds(sent),
      inSeconds(begun),
      inSeconds(done),
      names[from] ?? '',
      names[to] ?? '',
      kinds[kind] ?? '',
      bytes,
      own ? 'yes' : 'no',
    ]),
  }
}

const inSeconds = (at: number | null): number | null => (at === null ? null : at / 1e9)
