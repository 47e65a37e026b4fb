import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chainOf, keptUntil } from '../../../src/report/diagrams/excerpt.ts'
import { lanesDiagram, windowOf } from '../../../src/report/diagrams/lanes-diagram.ts'
import { castOf, lanesLayout, MOST_LANES, messageAt } from '../../../src/report/diagrams/lanes-layout.ts'
import { packedMessages, unpackedMessages } from '../../../src/report/diagrams/packed-messages.ts'
import { sequenceDiagram } from '../../../src/report/diagrams/sequence-diagram.ts'
import {
  MOST_LIFELINES,
  MOST_MESSAGES,
  sequenceLayout,
} from '../../../src/report/diagrams/sequence-layout.ts'
import { timeTicks } from '../../../src/report/diagrams/ticks.ts'
import { moved, zoomed } from '../../../src/report/diagrams/window.ts'
import type { Excerpt } from '../../../src/results/result.ts'
import { delegated, drawing, hierarchy, longExcerpt } from '../diagram-samples.ts'

const MS = 1e6

/** Each message goes from one to the other and takes as long to come as to be handled. */
function pingPong(count: number, step: number): Excerpt {
  return {
    ...delegated(0),
    from: 0,
    until: 2 * step * count,
    processes: [
      { name: 'a', host: 'x' },
      { name: 'b', host: 'y' },
    ],
    messages: Array.from({ length: count }, (_, i) => ({
      sent: 2 * i * step,
      begun: (2 * i + 1) * step,
      done: (2 * i + 2) * step,
      from: i % 2,
      to: 1 - (i % 2),
      kind: 0,
      bytes: 1,
      cause: i - 1,
      own: true,
    })),
  }
}

describe('the sequence', () => {
  test.each([
    ['a request', delegated()],
    ['thousands of messages between hundreds', longExcerpt(2000, 200)],
    ['nothing but what it is about', delegated(0)],
  ])('of %s runs downwards, and has room for what it shows', (_, excerpt) => {
    const { steps, lifelines, yOf, x, height, width } = sequenceLayout(excerpt)
    expect(lifelines.length).toBeLessThanOrEqual(MOST_LIFELINES)
    expect(steps.length).toBeLessThanOrEqual(MOST_MESSAGES)
    const instants = steps
      .flatMap(({ message: { sent, begun, done } }) => [sent, begun, done])
      .filter((instant) => instant !== null)
      .sort((a, b) => a - b)
    instants.forEach((instant, i) => {
      expect(yOf(instant)).toBeLessThan(height)
      if (i > 0 && instant > instants[i - 1]!) expect(yOf(instant)).toBeGreaterThan(yOf(instants[i - 1]!))
    })
    expect(Math.max(...x)).toBeLessThan(width)
  })

  test('shows all that it is about before anything else, and hosts side by side', () => {
    const excerpt = delegated()
    const { steps, lifelines } = sequenceLayout(excerpt)
    const own = excerpt.messages.flatMap(({ own }, place) => (own ? [place] : []))
    expect(steps.filter(({ strong }) => strong).map(({ place }) => place)).toEqual(own)
    const hosts = lifelines.map((process) => excerpt.processes[process]!.host)
    expect(hosts.filter((host, i) => host !== hosts[i - 1])).toEqual([...new Set(hosts)])
  })

  test('is to scale where that can be read: time maps linearly', () => {
    const { toScale, yOf, breaks } = sequenceLayout(pingPong(6, 100 * MS))
    expect(toScale).toBe(true)
    expect(breaks).toEqual([])
    expect(yOf(600 * MS) - yOf(0)).toBeCloseTo(3 * (yOf(200 * MS) - yOf(0)), 1)
  })

  test('cuts a long wait short where it is not, and says how long it was', () => {
    const busy = pingPong(12, MS)
    const last = busy.messages.at(-1)!
    const late = {
      ...last,
      sent: last.sent + 60_000 * MS,
      begun: last.begun! + 60_000 * MS,
      done: last.done! + 60_000 * MS,
    }
    const { toScale, breaks } = sequenceLayout({ ...busy, messages: [...busy.messages.slice(0, -1), late] })
    expect(toScale).toBe(false)
    expect(breaks.map(({ lasts }) => lasts)).toEqual([60_000 * MS])
  })

  test('says in its title where most of the time lies, and counts what it leaves out', () => {
    const [variant] = drawing({ excerpt: delegated() }).variants
    const { title, caption, table } = sequenceDiagram({ variant: variant!, why: '' })!
    // The third agent begins its part at 702.4 ms, which was sent at 2.4 ms.
    expect(title).toBe(
      'The slowest request: 826 ms, asked at 3.2 s; 700 ms of it while part is on its way to agent.4 or waits there',
    )
    const drawn = sequenceLayout(variant!.excerpt!).steps.length
    expect(caption).toContain(`Not drawn: ${50 - drawn + 12} messages`)
    expect(table.rows).toHaveLength(50)
    expect(table.rows[0]).toEqual([3.2, 3.2004, 3.2024, 'gateway', 'agent.1', 'task', 256, 'yes'])
  })

  test('says nothing of where the time lies where it lies nowhere', () => {
    const [variant] = drawing({ excerpt: { ...pingPong(12, MS), what: '24 ms' } }).variants
    expect(sequenceDiagram({ variant: variant!, why: '' })!.title).toBe('The slowest request: 24 ms')
  })

  test('says what it is about: a violation in its words, a beginning as it is', () => {
    const titled = (extra: Partial<Excerpt>) => {
      const [variant] = drawing({ excerpt: { ...longExcerpt(20, 4), ...extra } }).variants
      return sequenceDiagram({ variant: variant!, why: '' })!.title
    }
    expect(titled({ of: 'violation', what: 'two leaders in term 3' })).toBe(
      'What was violated: two leaders in term 3',
    )
    expect(titled({ what: 'the first messages, from 0 ns on' })).toBe('The first messages, from 0 ns on')
    expect(titled({ what: '' })).toBe('The first messages')
  })

  test('tells of a time in which one is busy with a message that it is handling', () => {
    const excerpt = delegated(0)
    const slow = excerpt.messages.map((message) =>
      message.from === 1 && message.to === 4 ? { ...message, begun: message.sent + MS } : message,
    )
    const [variant] = drawing({ excerpt: { ...excerpt, messages: slow } }).variants
    // Sent at 2.4 ms, begun at 3.4 ms, done at 824.4 ms.
    expect(sequenceDiagram({ variant: variant!, why: '' })!.title).toMatch(
      /821 ms of it while agent\.4 handles part$/,
    )
  })
})

test('the chain goes back from the end to what began it', () => {
  const excerpt = delegated()
  const chain = chainOf(excerpt).map((place) => excerpt.messages[place]!)
  expect(chain.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 4],
    [4, 1],
    [1, 0],
  ])
})

test('a message keeps whoever took it until the last message because of it, and at least while it is handled', () => {
  const excerpt = delegated()
  const kept = keptUntil(excerpt)
  excerpt.messages.forEach(({ begun, done, to, cause, sent, from }, place) => {
    expect(kept[place] === null).toBe(begun === null)
    if (begun !== null) expect(kept[place]).toBeGreaterThanOrEqual(done!)
    if (cause >= 0 && excerpt.messages[cause]!.to === from && kept[cause] != null)
      expect(kept[cause]).toBeGreaterThanOrEqual(sent)
    expect(to).toBeGreaterThanOrEqual(0)
  })
})

describe('the lanes', () => {
  const excerpt = delegated()
  const cast = castOf(excerpt)

  test('time maps linearly to the whole width', () => {
    for (const wide of [960, 358]) {
      const { xOf, width, left, right } = lanesLayout(excerpt, cast, windowOf(excerpt), wide)
      expect(width).toBe(wide)
      expect(xOf(excerpt.from)).toBe(left)
      expect(xOf(excerpt.until)).toBe(right)
      expect(right).toBe(width - 14)
      // Names leave most of the room to what they name.
      expect(left).toBeLessThan(width * 0.3)
      const middle = (excerpt.from + excerpt.until) / 2
      expect(xOf(middle)).toBeCloseTo((left + right) / 2, 1)
    }
  })

  test('bars are as wide as their handling lasts, and stay within, whatever the window', () => {
    const window = { from: 3200 * MS, until: 3300 * MS }
    const { bars, xOf, width, left } = lanesLayout(excerpt, cast, window)
    for (const { bars: alike } of bars)
      for (const bar of alike) {
        expect(bar.x).toBeGreaterThanOrEqual(left)
        expect(bar.x + bar.width).toBeLessThanOrEqual(width - 13)
      }
    const [part] = bars.filter(({ lane, strong, kept }) => cast.lanes[lane] === 2 && strong && !kept)
    // Agent 2 is at its part from 2.9 ms on for 100 ms: to beyond the window.
    expect(part!.bars).toEqual([
      { x: xOf(3202.9 * MS), width: expect.closeTo(width - 14 - xOf(3202.9 * MS), 1) },
    ])
  })

  test('what is at a point is the message that is handled there', () => {
    const layout = lanesLayout(excerpt, cast, windowOf(excerpt))
    const lane = cast.laneOf.get(4)!
    const place = messageAt(excerpt, cast, layout, layout.xOf(3950 * MS), layout.yOf(lane))
    expect(excerpt.messages[place!]).toMatchObject({ from: 1, to: 4, own: true })
    expect(messageAt(excerpt, cast, layout, layout.xOf(3950 * MS), -5)).toBeUndefined()
  })

  test('are no more than there is room for, what the excerpt is about first', () => {
    expect(castOf(longExcerpt(2000, 200)).lanes).toHaveLength(MOST_LANES)
    expect(cast.lanes.slice(0, 6).toSorted()).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('the title tells who is busiest', () => {
    const [variant] = drawing({ excerpt: delegated(0) }).variants
    // The fourth agent is at its part for 133 ms of 830; the queen is done with the task when she has given the parts away.
    expect(lanesDiagram({ variant: variant!, why: '' })!.title).toBe(
      '830 ms from 3.2 s on, 22 messages: agent.5 has something in hand 16 % of the time',
    )
  })
})

describe('a window', () => {
  const whole = { from: 1000, until: 1_001_000 }
  const some = fc
    .tuple(fc.integer({ min: 1000, max: 1_000_000 }), fc.integer({ min: 100, max: 900_000 }))
    .map(([from, length]) => ({
      from: Math.min(from, 1_001_000 - length),
      until: Math.min(from, 1_001_000 - length) + length,
    }))
  const share = fc.double({ min: 0, max: 1, noNaN: true })

  test('stays within the whole, and never vanishes, however it is zoomed and moved', () => {
    fc.assert(
      fc.property(some, fc.double({ min: 0.01, max: 100, noNaN: true }), share, (window, factor, at) => {
        for (const next of [zoomed(window, whole, factor, at), moved(window, whole, (at - 0.5) * factor)]) {
          expect(next.from).toBeGreaterThanOrEqual(whole.from)
          expect(next.until).toBeLessThanOrEqual(whole.until)
          expect(next.until - next.from).toBeGreaterThanOrEqual(100)
        }
      }),
    )
  })

  test('keeps what it is zoomed at where it is', () => {
    fc.assert(
      fc.property(some, share, (window, at) => {
        const next = zoomed(window, whole, 0.5, at)
        if (next.until - next.from <= 100) return
        const instant = window.from + (window.until - window.from) * at
        expect(next.from + (next.until - next.from) * at).toBeGreaterThan(instant - 2)
        expect(next.from + (next.until - next.from) * at).toBeLessThan(instant + 2)
      }),
    )
  })

  test('moved there and back is where it was, away from the ends', () => {
    const window = { from: 400_000, until: 500_000 }
    expect(moved(moved(window, whole, 0.5), whole, -0.5)).toEqual(window)
  })
})

test('ticks are round, in order, and no more than asked for', () => {
  expect(timeTicks(0, 1e9, 5)).toEqual([0, 2e8, 4e8, 6e8, 8e8, 1e9])
  expect(timeTicks(3_200_000_001, 3_200_000_009, 8)).toHaveLength(9)
  fc.assert(
    fc.property(fc.nat(1e9), fc.integer({ min: 1, max: 2e9 }), (from, length) => {
      const ticks = timeTicks(from, from + length, 8)
      expect(ticks.length).toBeLessThanOrEqual(9)
      for (const tick of ticks) expect(tick >= from && tick <= from + length).toBe(true)
    }),
  )
})

test('what a page keeps of messages is what the result has', () => {
  const result = drawing(
    { traffic: hierarchy(7, 4), excerpt: delegated() },
    {},
    { excerpt: longExcerpt(300, 20) },
  )
  const [, , third] = result.variants
  const packed = JSON.parse(JSON.stringify(packedMessages(result, { variant: third!, why: '' })))
  const unpacked = unpackedMessages(packed)
  expect(unpacked.map(({ place }) => place)).toEqual([2, 0])
  for (const { place, ...kept } of unpacked) expect(result.variants[place]).toMatchObject(kept)
})
