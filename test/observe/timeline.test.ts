import { describe, expect, test } from 'vitest'
import { Timeline } from '../../src/observe/timeline.ts'
import { ms, us } from '../../src/units.ts'

interface Event {
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly name: string
  readonly id?: number
  readonly args?: Readonly<Record<string, unknown>>
}

const eventsOf = (timeline: Timeline): Event[] => JSON.parse([...timeline.pieces()].join('')).traceEvents

describe('a timeline', () => {
  test('is a trace of microseconds that are whole nanoseconds', () => {
    const timeline = new Timeline()
    const lane = timeline.lane('host', 'process')
    timeline.slice(lane, 'work', 1_234_567, 2_000_000)
    const text = [...timeline.pieces()].join('')
    expect(text).toContain('"ts":1234.567,"dur":765.433')
  })

  test('groups lanes by host, in the order in which they came', () => {
    const timeline = new Timeline()
    const lanes = [timeline.lane('a', 'one'), timeline.lane('b', 'two'), timeline.lane('a', 'three')]
    expect(lanes).toEqual([
      { pid: 1, tid: 1 },
      { pid: 2, tid: 1 },
      { pid: 1, tid: 2 },
    ])
    const names = eventsOf(timeline).filter(({ name }) => name === 'thread_name')
    expect(names.map(({ pid, tid, args }) => [pid, tid, args!.name])).toEqual([
      [1, 1, 'one'],
      [2, 1, 'two'],
      [1, 2, 'three'],
    ])
  })

  test('draws a message from the lane it left to the slice that took it', () => {
    const timeline = new Timeline()
    const [from, to] = [timeline.lane('a', 'one'), timeline.lane('b', 'two')]
    const message = {}
    timeline.sent(message, from, ms(1))
    timeline.arrived(message, to, ms(3), ms(4), 'ping')
    timeline.arrived({}, to, ms(4), ms(4), 'never sent')
    const [start, end, ...others] = eventsOf(timeline).filter(({ ph }) => ph === 's' || ph === 'f')
    expect(others).toEqual([])
    expect(start).toMatchObject({ pid: 1, tid: 1, ts: 999.999, name: 'ping', id: 1 })
    expect(end).toMatchObject({ pid: 2, tid: 1, ts: 3000, name: 'ping', id: 1, bp: 'e' })
  })

  test('takes down only what touches its time', () => {
    const timeline = new Timeline(ms(10), ms(20))
    const lane = timeline.lane('a', 'one')
    for (const [begin, end] of [
      [0, 9],
      [5, 12],
      [12, 15],
      [19, 30],
      [21, 22],
    ] as const)
      timeline.slice(lane, `${begin}`, ms(begin), ms(end))
    timeline.span(lane, 'request', 'long', 0, ms(100))
    timeline.span(lane, 'request', 'over', 0, us(1))
    const seen = eventsOf(timeline).filter(({ ph }) => ph === 'X' || ph === 'b')
    expect(seen.map(({ name }) => name)).toEqual(['5', '12', '19', 'long'])
  })

  test('keeps names that would break out of the text', () => {
    const timeline = new Timeline()
    const name = '"},{"ph":"X"\u2028</script>\\'
    timeline.slice(timeline.lane(name, name), name, 0, 1, { name })
    const slices = eventsOf(timeline).filter(({ ph }) => ph === 'X')
    expect(slices).toHaveLength(1)
    expect(slices[0]).toMatchObject({ name, args: { name } })
  })
})
