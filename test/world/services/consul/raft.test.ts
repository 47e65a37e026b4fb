// One server between two others that the test plays: what it must answer, and what it must not take for agreed.

import { expect, test } from 'vitest'
import type { Message } from '../../../../src/env/index.ts'
import { ms, seconds } from '../../../../src/units.ts'
import type { Process } from '../../../../src/world/process.ts'
import { ServiceContext } from '../../../../src/world/service.ts'
import type { Command } from '../../../../src/world/services/consul/catalog.ts'
import { Raft } from '../../../../src/world/services/consul/raft.ts'
import { RaftLog } from '../../../../src/world/services/consul/raft-log.ts'
import type {
  Append,
  Appended,
  RaftMessage,
  Vote,
  Voted,
} from '../../../../src/world/services/consul/raft-messages.ts'
import { makeWorld } from '../../fixture.ts'

const command = (node: string): Command => ({ op: 'node', node, status: 'passing' })

/** The server `b`, with this log; what it sends to `a` and `c` is kept. */
function makeServer(entries: readonly { readonly term: number; readonly command: Command }[] = [], term = 0) {
  const world = makeWorld({ a: {}, b: {}, c: {} })
  const heard: { readonly to: string; readonly message: RaftMessage }[] = []
  const listener = (name: string): Process => {
    const process = world.addProcess(world.hosts.get(name)!, name, name)
    process.behaviour = {
      cost: () => 0,
      begin() {},
      deliver: ({ message }: { readonly message: Message }) =>
        void heard.push({ to: name, message: message as RaftMessage }),
    }
    process.begin()
    return process
  }
  listener('a')
  listener('c')
  const process = world.addProcess(world.hosts.get('b')!, 'b', 'b')
  const context = new ServiceContext(process, world.recorder)
  const log = new RaftLog()
  log.term = term
  for (const entry of entries) log.push(entry)
  context.disk.set('raft', log)
  const applied: Command[] = []
  const terms = { electionTimeout: seconds(1), leaderLease: seconds(10) }
  const raft = new Raft(
    context,
    terms,
    ['a', 'c'],
    (each) => applied.push(each),
    () => {},
  )
  process.behaviour = { cost: () => 0, begin: () => raft.begin(), deliver() {} }
  process.begin()
  const tell = (from: string, message: RaftMessage): RaftMessage | undefined => {
    heard.length = 0
    process.enter(() => raft.received(from, message))
    world.simulation.run({ until: world.simulation.now + ms(1) })
    return heard.find(({ to }) => to === from)?.message
  }
  /** Has it elected: nobody is heard of, and `a` votes for it. */
  const elect = () => {
    world.simulation.run({ until: world.simulation.now + seconds(2) })
    tell('a', { kind: 'raft.voted', term: raft.term, granted: true } satisfies Voted)
    expect(raft.role).toBe('leader')
  }
  return { world, raft, log, tell, elect, applied, heard }
}

const vote = (term: number, lastIndex = 0, lastTerm = 0): Vote => ({
  kind: 'raft.vote',
  term,
  lastIndex,
  lastTerm,
})
const append = (more: Partial<Append>): Append => ({
  kind: 'raft.append',
  term: 1,
  lastIndex: 0,
  lastTerm: 0,
  entries: [],
  commit: 0,
  round: 1,
  ...more,
})

test('it votes once in a term, and again for the same', () => {
  const { tell } = makeServer()
  const granted = (from: string, term: number) => (tell(from, vote(term)) as Voted).granted
  expect([granted('a', 5), granted('c', 5), granted('a', 5), granted('c', 6)]).toEqual([
    true,
    false,
    true,
    true,
  ])
})

test('it remembers its vote when it starts again, and votes for no log that is behind its own', () => {
  const entries = [
    { term: 1, command: command('x') },
    { term: 2, command: command('y') },
  ]
  const { tell, log } = makeServer(entries, 2)
  const granted = (term: number, index: number, last: number) =>
    (tell('a', vote(term, index, last)) as Voted).granted
  expect([granted(3, 5, 1), granted(4, 1, 2), granted(5, 2, 2), granted(6, 1, 3)]).toEqual([
    false,
    false,
    true,
    true,
  ])
  expect([log.term, log.votedFor]).toEqual([6, 'a'])
})

test('while it hears of a leader it votes for nobody, and its term stays', () => {
  const { tell, raft } = makeServer()
  tell('a', append({ term: 3 }))
  expect((tell('c', vote(9)) as Voted).granted).toBe(false)
  expect([raft.term, raft.leader]).toEqual([3, 'a'])
})

test('an entry of an earlier term counts only with one of its own, though a majority has it (figure 8)', () => {
  const { raft, tell, elect, applied } = makeServer([{ term: 1, command: command('old') }], 1)
  elect()
  const appended = (index: number): Appended => ({
    kind: 'raft.appended',
    term: raft.term,
    ok: true,
    index,
    round: 1,
  })
  tell('a', appended(1))
  expect(applied).toEqual([])
  tell('a', appended(2))
  expect(applied).toEqual([command('old'), { op: 'none' }])
})

test('what contradicts the leader goes, what agrees stays, and a gap is told', () => {
  const entry = (term: number, node: string) => ({ term, command: command(node) })
  const { log, tell, applied } = makeServer(
    [entry(1, 'a'), entry(1, 'b'), entry(2, 'wrong'), entry(2, 'wrong')],
    2,
  )
  const gap = tell('a', append({ term: 3, lastIndex: 9, lastTerm: 3 })) as Appended
  expect([gap.ok, gap.index]).toEqual([false, 4])
  const other = tell('a', append({ term: 3, lastIndex: 3, lastTerm: 3 })) as Appended
  expect([other.ok, other.index]).toEqual([false, 2])
  const entries = [entry(1, 'b'), entry(3, 'c')]
  const good = tell('a', append({ term: 3, lastIndex: 1, lastTerm: 1, entries, commit: 3 })) as Appended
  expect([good.ok, good.index, log.last, log.termOf(3)]).toEqual([true, 3, 3, 3])
  expect(applied).toEqual([command('a'), command('b'), command('c')])
  // An old message does not take back what is newer.
  tell('a', append({ term: 3, lastIndex: 0, entries: [entry(1, 'a')], commit: 1 }))
  expect([log.last, applied.length]).toEqual([3, 3])
  const late = tell('c', append({ term: 2 })) as Appended
  expect([late.ok, late.term]).toEqual([false, 3])
})

test('a leader that hears of a higher term follows, and what was asked of it fails', () => {
  const { raft, tell, elect } = makeServer()
  elect()
  const settled: boolean[] = []
  raft.propose(command('x'), (done) => settled.push(done))
  raft.verify((leads) => settled.push(leads))
  tell('c', append({ term: raft.term + 1 }))
  expect([raft.role, raft.leader, settled]).toEqual(['follower', 'c', [false, false]])
})
