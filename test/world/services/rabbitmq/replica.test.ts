// One replica of a quorum queue and what its peers tell it, message by message: what must hold whatever comes.

import { expect, test } from 'vitest'
import { ms, seconds } from '../../../../src/units.ts'
import { ServiceContext } from '../../../../src/world/service.ts'
import { DiskWatch } from '../../../../src/world/services/rabbitmq/disk-watch.ts'
import { MemoryGauge } from '../../../../src/world/services/rabbitmq/memory-gauge.ts'
import type { StoredMessage } from '../../../../src/world/services/rabbitmq/message.ts'
import type { NodePayload, RaftPayload } from '../../../../src/world/services/rabbitmq/node-messages.ts'
import { metrics } from '../../../../src/world/services/rabbitmq/parameters.ts'
import type { Peer } from '../../../../src/world/services/rabbitmq/peer.ts'
import { QueueClient } from '../../../../src/world/services/rabbitmq/queue-client.ts'
import type { QueueProcess } from '../../../../src/world/services/rabbitmq/queue-process.ts'
import { Replica } from '../../../../src/world/services/rabbitmq/replica.ts'
import { ReplicaFile } from '../../../../src/world/services/rabbitmq/replica-file.ts'
import { WriteAheadLog } from '../../../../src/world/services/rabbitmq/write-ahead-log.ts'
import { makeWorld } from '../../fixture.ts'
import { addClient } from '../fixture.ts'

const message = { content: { body: { kind: 'job' }, size: 10 } } as unknown as StoredMessage
const enqueue = (sequence: number) =>
  ({ op: 'enqueue', enqueuer: 'x', sequence, message, expiresAt: Number.POSITIVE_INFINITY }) as const

function makeReplica(terms: readonly number[] = []) {
  const world = makeWorld()
  const process = addClient(world, 'a', 'rabbit.1')
  const context = new ServiceContext(process, world.recorder, metrics)
  const sent: (readonly [to: string, payload: NodePayload])[] = []
  const peers = ['rabbit.2', 'rabbit.3'].map(
    (name) =>
      ({
        name,
        state: 'up',
        send: (payload: NodePayload) => void sent.push([name, payload]),
      }) as unknown as Peer,
  )
  const file = new ReplicaFile()
  for (const [i, term] of terms.entries()) file.log.append({ term, command: enqueue(i + 1) })
  file.term = terms.at(-1) ?? 0
  file.synced = terms.length
  const log: string[] = []
  const wal = new WriteAheadLog(
    context,
    new MemoryGauge(context, seconds(1), () => {}),
    new DiskWatch(context, 0, () => {}),
    1e9,
  )
  const replica = new Replica(file, {
    queue: 'q',
    context,
    wal,
    peers,
    first: false,
    followCost: 0,
    lead: () => log.push(`leads in term ${file.term}`),
    follow: () => log.push('follows'),
  })
  const hear = (from: number, payload: RaftPayload) => {
    process.enter(() => replica.heard(peers[from]!, payload))
    world.simulation.run({ until: world.simulation.now + ms(10) })
  }
  const run = (time: number) => world.simulation.run({ until: world.simulation.now + time })
  const said = (of: string) => sent.filter(([, payload]) => payload.of === of)
  process.enter(() => replica.begin())
  return { file, replica, hear, run, said, log, peers }
}

const vote = (term: number, last: number, lastTerm: number) =>
  ({ of: 'vote', queue: 'q', term, last, lastTerm }) as const
const appended = (term: number, match: number) =>
  ({ of: 'appended', queue: 'q', term, ok: true, match }) as const

/** Lets it be elected by the second node. */
function elect({ run, hear, said }: ReturnType<typeof makeReplica>): number {
  run(ms(300))
  const [, asked] = said('vote')[0]! as readonly [string, { term: number }]
  hear(0, { of: 'voted', queue: 'q', term: asked.term, granted: true })
  return asked.term
}

test('an entry of an earlier leader takes effect with one of this leader only, as a majority may yet lose it (Raft, figure 8)', () => {
  const all = makeReplica([1, 1])
  const term = elect(all)
  const { file, hear, log } = all
  expect([term, file.log.last]).toEqual([2, 3])
  hear(0, appended(term, 2))
  expect([file.applied, log]).toEqual([0, []])
  hear(0, appended(term, 3))
  expect([file.applied, file.live.size, log]).toEqual([3, 2, ['leads in term 2']])
})

test('it votes once in a term, and only for who has all that it has', () => {
  const { hear, said, file } = makeReplica([1, 3])
  hear(0, vote(4, 1, 3))
  hear(0, vote(4, 5, 1))
  hear(0, vote(4, 2, 3))
  hear(1, vote(4, 9, 3))
  hear(1, vote(3, 9, 3))
  hear(1, vote(5, 2, 3))
  expect(said('voted').map(([to, payload]) => [to, 'granted' in payload && payload.granted])).toEqual([
    ['rabbit.2', false],
    ['rabbit.2', false],
    ['rabbit.2', true],
    ['rabbit.3', false],
    ['rabbit.3', false],
    ['rabbit.3', true],
  ])
  expect([file.term, file.votedFor]).toEqual([5, 'rabbit.3'])
})

test('what it asked votes for itself in it gives to nobody else', () => {
  const all = makeReplica([1])
  all.run(ms(300))
  all.hear(0, vote(2, 9, 9))
  expect(all.said('voted').map(([, payload]) => 'granted' in payload && payload.granted)).toEqual([false])
})

test('it takes over its leader’s log, drops what contradicts it, and answers when that is synced', () => {
  const { file, hear, said } = makeReplica([1, 1, 1])
  const append = {
    of: 'append',
    queue: 'q',
    term: 3,
    previous: 1,
    previousTerm: 1,
    entries: [
      { term: 2, command: enqueue(7) },
      { term: 3, command: enqueue(8) },
    ],
    commit: 2,
    everywhere: 0,
  } as const
  hear(1, append)
  expect([file.log.last, file.log.termAt(2), file.log.termAt(3), file.synced]).toEqual([3, 2, 3, 3])
  expect([file.applied, [...file.live.keys()]]).toEqual([2, [1, 2]])
  expect(said('appended').at(-1)![1]).toMatchObject({ ok: true, match: 3, term: 3 })
  hear(1, { ...append, previous: 9, previousTerm: 3 })
  expect(said('appended').at(-1)![1]).toMatchObject({ ok: false, match: 3 })
  hear(1, { ...append, term: 2 })
  expect(said('appended').at(-1)![1]).toMatchObject({ ok: false, term: 3 })
})

test('a leader that hears of a later term leads no more', () => {
  const all = makeReplica([1])
  const term = elect(all)
  all.hear(0, appended(term, 2))
  all.hear(0, { ...appended(term + 1, 0), ok: false })
  expect(all.log).toEqual(['leads in term 2', 'follows'])
  expect(all.file.term).toBe(3)
})

test('what was not synced is gone with the process', () => {
  const file = new ReplicaFile()
  for (const sequence of [1, 2, 3]) file.log.append({ term: 1, command: enqueue(sequence) })
  file.synced = 2
  file.crash()
  expect(file.log.last).toBe(2)
})

test('who leads again does not take what was meant for its last leadership: it comes again, in its order', () => {
  const offered: number[] = []
  const queue = {
    hold() {},
    release() {},
    end() {},
    offer: ({ sequence }: { sequence: number }) => void offered.push(sequence),
  }
  const peer = { name: 'rabbit.2', state: 'up', send() {} } as unknown as Peer
  const terms = { type: 'quorum', durable: true, overflow: 'drop-head' } as const
  const client = new QueueClient('q', terms, 'rabbit.1@0', undefined)
  const hear = (term: number, sequence: number) =>
    client.heard(peer, { of: 'enqueue', queue: 'q', term, enqueuer: 'rabbit.2@0', sequence, message })
  client.lead(queue as unknown as QueueProcess, 2, [peer])
  hear(2, 1)
  client.follow()
  hear(2, 2)
  client.lead(queue as unknown as QueueProcess, 5, [peer])
  hear(2, 3)
  for (const sequence of [2, 3]) hear(5, sequence)
  expect(offered).toEqual([1, 2, 3])
})
