import { describe, expect, test } from 'vitest'
import { momentBefore, momentText, replayOf, sceneAt } from '../../../src/report/diagrams/replay.ts'
import { topologyOf } from '../../../src/report/diagrams/topology.ts'
import { pointOn } from '../../../src/report/diagrams/topology-links.ts'
import { delegated, hierarchy } from '../diagram-samples.ts'

const excerpt = delegated()
const replay = replayOf(topologyOf(hierarchy(7, 4), []), excerpt)
/** The queen's part for the fourth agent waits for 700 ms. */
const waiting = excerpt.messages.findIndex(({ from, to, own }) => own && from === 1 && to === 4)
const { sent, begun, done } = excerpt.messages[waiting]!
const flightAt = (at: number, least = 0) =>
  sceneAt(replay, at, least).flights.find(({ place }) => place === waiting)

describe('a message', () => {
  test('is nowhere before it is sent and after it is taken', () => {
    expect(flightAt(sent - 1)).toBeUndefined()
    expect(flightAt(begun! + 1)).toBeUndefined()
  })

  test('goes from one end of its link to the other, halfway at half its time', () => {
    const { curve } = flightAt(sent)!
    expect(flightAt(sent)).toMatchObject(pointOn(curve!, 0))
    expect(flightAt(begun!)).toMatchObject(pointOn(curve!, 1))
    expect(flightAt((sent + begun!) / 2)).toMatchObject(pointOn(curve!, 0.5))
  })

  test('is seen for at least as long as is asked for', () => {
    const quick = excerpt.messages.findIndex(({ own }) => own)
    const { sent: from, begun: to } = excerpt.messages[quick]!
    const seen = (at: number) => sceneAt(replay, at, 50e6).flights.some(({ place }) => place === quick)
    expect(seen(to! + 1e6)).toBe(true)
    expect(seen(from + 51e6)).toBe(false)
  })

  test('that is lost goes halfway, and nobody is at work on it', () => {
    const lost = excerpt.messages.findIndex(({ begun }) => begun === null)
    const at = excerpt.messages[lost]!.sent
    const flight = sceneAt(replay, at + 10e6, 10e6).flights.find(({ place }) => place === lost)
    expect(flight).toMatchObject({ lost: true })
    if (flight!.curve) expect(flight).toMatchObject(pointOn(flight!.curve, 0.5))
    expect(momentText(excerpt, { at, place: lost, what: 'sent' })).toMatch(/it is lost, or nobody takes it$/)
  })
})

test('a node is at work from the beginning of its handling to its end', () => {
  const node = replay.nodes[4]!
  expect(sceneAt(replay, begun!, 0).atWork.get(node)).toBe(true)
  expect(sceneAt(replay, done!, 0).atWork.get(node)).toBe(true)
  expect(sceneAt(replay, sent, 0).atWork.has(node)).toBe(false)
})

test('moments are all that happens, in order, and each is told in words', () => {
  const { moments } = replay
  const happened = excerpt.messages.reduce(
    (sum, { begun, done }) => sum + 1 + Number(begun !== null) + Number(done !== null),
    0,
  )
  expect(moments).toHaveLength(happened)
  moments.forEach(({ at }, i) => {
    expect(at).toBeGreaterThanOrEqual(moments[i - 1]?.at ?? 0)
  })
  expect(momentText(excerpt, { at: begun!, place: waiting, what: 'begun' })).toBe(
    '3.9024 s: agent.4 handles part from agent.1',
  )
  expect(momentBefore(replay, excerpt.from - 1)).toBe(-1)
  expect(moments[momentBefore(replay, begun!)]!.at).toBe(begun)
  expect(momentBefore(replay, excerpt.until + 1e9)).toBe(moments.length - 1)
})

test('a process that the topology does not know is left out', () => {
  const strange = {
    ...excerpt,
    processes: excerpt.processes.map((process, i) => (i === 4 ? { ...process, name: 'gone' } : process)),
  }
  const { flights, atWork } = sceneAt(replayOf(replay.topology, strange), begun!, 0)
  expect(flights.some(({ place }) => place === waiting)).toBe(false)
  expect(atWork.size).toBeGreaterThanOrEqual(0)
})
