// Who says what to whom, in three courses that people can read through.

import { test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import { TestGroup } from './group-fixture.ts'
import { expectTranscript, Transcript } from './transcript.ts'

const TERMS = {
  durable: false,
  timeout: ms(50),
  retransmission: ms(500),
  clientTimeout: ms(20),
  fastTimeout: ms(5),
}
const constant = () => ms(1)

test('a request in the normal case', () => {
  const listener = new Transcript()
  const group = new TestGroup({ n: 4, way: constant, terms: TERMS, listener })
  group.ask(0, 'x')
  group.run(ms(10))
  expectTranscript(
    'pbft-normal-case',
    listener.text('A request in the normal case: four replicas, 1 ms from each to each.'),
  )
})

test('a request by the safe fast path', () => {
  const listener = new Transcript()
  const group = new TestGroup({ n: 4, way: constant, terms: { ...TERMS, fastPath: 'safe' }, listener })
  group.ask(0, 'x')
  group.run(ms(10))
  expectTranscript(
    'pbft-fast-path',
    listener.text('A request by the safe fast path: the answers of all four commit.'),
  )
})

test('a view change because the primary is silent', () => {
  const listener = new Transcript()
  const group = new TestGroup({ n: 4, way: constant, terms: TERMS, liars: { r0: 'silent' }, listener })
  group.ask(0, 'x')
  group.runUntilAnswered(seconds(1))
  expectTranscript(
    'pbft-view-change',
    listener.text(
      'The primary is silent: the client asks all, they call for the next view, and r1 opens it.',
    ),
  )
})
