import { expect, test } from 'vitest'
import type { Message } from '../../../../src/env/index.ts'
import { ms, seconds } from '../../../../src/units.ts'
import type { ServiceContext } from '../../../../src/world/service.ts'
import type { Detector } from '../../../../src/world/services/redis/detector.ts'
import { type Candidate, Election } from '../../../../src/world/services/redis/election.ts'
import type { VoteRequest } from '../../../../src/world/services/redis/messages.ts'
import { Shards } from '../../../../src/world/services/redis/shards.ts'
import type { Standing } from '../../../../src/world/services/redis/standing.ts'
import type { Thread } from '../../../../src/world/services/redis/thread.ts'

/** A voter among three masters with two replicas each (0 to 2, and 3 to 8), of which the first two have failed. */
function makeVoter() {
  let now = 0
  const failed = new Set([0, 1])
  const shards = new Shards(9, 2, true)
  const standing = {
    self: 2,
    epoch: 0,
    votedIn: 0,
    shards,
    view: [...shards.view],
    votes: (node: number) => node < 3,
  }
  const election = new Election(
    { now: () => now } as unknown as ServiceContext,
    {} as Thread,
    standing as unknown as Standing,
    { hasFailed: (node: number) => failed.has(node) } as unknown as Detector,
    {} as Candidate,
    0,
    seconds(1),
  )
  const ask = (node: number, epoch: number, replaces = 0, agreed = false) => {
    const request: VoteRequest = { kind: 'redis.vote-request', node, epoch, replaces, agreed }
    return election.asked(request)
  }
  return { ask, standing, failed, wait: (time: number) => (now += time) }
}

test('a voter says yes once in an epoch, to whoever asks first', () => {
  const { ask, standing } = makeVoter()
  expect([ask(3, 1), ask(4, 1)]).toEqual([true, false])
  expect(standing.votedIn).toBe(1)
  expect(ask(4, 2)).toBe(true)
})

test('for one master’s place it does so once in two node timeouts, whatever the epoch', () => {
  const { ask, wait } = makeVoter()
  expect([ask(3, 1), ask(6, 2)]).toEqual([true, false])
  wait(seconds(2))
  expect(ask(6, 3)).toBe(true)
})

test('it says no to an epoch that is over, for a master that lives, to one that knows an older master, and as no master', () => {
  const { ask, standing, failed } = makeVoter()
  standing.epoch = 5
  expect(ask(3, 4)).toBe(false)
  failed.delete(0)
  expect(ask(3, 6)).toBe(false)
  expect(ask(5, 5, 0, true)).toBe(true)
  failed.add(0)
  standing.view[0] = { node: 0, epoch: 3 }
  expect([ask(3, 6, 2), ask(3, 6, 3)]).toEqual([false, true])
  standing.self = 8
  expect(ask(4, 7)).toBe(false)
})

test('a candidate waits the longer the more have got further, and again where it turns out that more have', () => {
  const shards = new Shards(9, 2, true)
  const standing = {
    self: 3,
    home: 0,
    isMaster: false,
    master: 0,
    epoch: 0,
    votedIn: 0,
    majority: 2,
    shards,
    view: shards.view,
    votes: (node: number) => node < 3,
  }
  const delays: number[] = []
  let fire = (): void => {}
  let rank = 1
  const sent: Message[] = []
  const promoted: number[] = []
  const candidate: Candidate = {
    age: () => 0,
    rank: () => rank,
    tellOffset() {},
    broadcast: (message) => sent.push(message),
    promote: (epoch) => promoted.push(epoch),
  }
  const after = (delay: number, then: () => void) => {
    delays.push(delay)
    fire = then
    return { cancel() {} }
  }
  const random = () => ({ integer: (below: number) => below - 1 })
  const election = new Election(
    { now: () => seconds(9), random } as unknown as ServiceContext,
    { after } as unknown as Thread,
    standing as unknown as Standing,
    { hasFailed: () => true } as unknown as Detector,
    candidate,
    ms(500),
    seconds(1),
  )
  election.look(seconds(9))
  // 500 ms, less than 500 ms by chance, and 1,000 ms for its rank.
  expect(delays).toEqual([ms(500) + ms(500) - 1 + ms(1000)])
  rank = 2
  fire()
  expect([delays[1], sent]).toEqual([ms(1000), []])
  fire()
  expect(sent).toMatchObject([{ kind: 'redis.vote-request', epoch: 1, node: 3, replaces: 0 }])
  for (const node of [1, 7, 1]) election.got({ kind: 'redis.vote', epoch: 1, node })
  // One said it twice, another has no vote.
  expect(promoted).toEqual([])
  election.got({ kind: 'redis.vote', epoch: 1, node: 2 })
  expect(promoted).toEqual([1])
})
