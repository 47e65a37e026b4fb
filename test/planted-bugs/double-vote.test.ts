// Elections and decisions by majority, as in Raft, cut to the bone. The bug: a node does not write down for whom it has
// voted, and votes for whoever asks.

import { expect, test } from 'vitest'
import type { Address, Coordinator, Env, Message } from '../../src/env/index.ts'
import { ms } from '../../src/units.ts'
import type { World } from '../../src/world/world.ts'
import { addCoordinator } from '../world/fixture.ts'
import { checksOf, violations } from './fixture.ts'

interface Vote extends Message {
  readonly kind: 'ask' | 'vote'
  readonly term: number
}

interface Append extends Message {
  readonly kind: 'append'
  readonly term: number
  readonly value: string
}

const NODES = ['a', 'b', 'c', 'd', 'e']
const TERMS = 3

function node(env: Env, forgetful: boolean): Coordinator {
  const peers: readonly Address[] = NODES.map((name) => ({ name })).filter(
    ({ name }) => name !== env.self.name,
  )
  const votedFor = new Map<number, string>()
  const votes = new Map<number, number>()
  const mayVote = (term: number, name: string): boolean => {
    if (forgetful) return true
    if (!votedFor.has(term)) votedFor.set(term, name)
    return votedFor.get(term) === name
  }
  const decide = (term: number, value: string) =>
    env.observe({ kind: 'fact', fact: 'decided', group: 'log', instance: term, value })
  function count(term: number): void {
    votes.set(term, (votes.get(term) ?? 0) + 1)
    if (votes.get(term) !== 3) return
    const value = `by ${env.self.name}`
    env.observe({ kind: 'fact', fact: 'elected', group: 'cluster', term })
    env.observe({ kind: 'fact', fact: 'proposed', group: 'log', instance: term, value })
    decide(term, value)
    const append: Append = { kind: 'append', term, value }
    for (const peer of peers) env.send(peer, append)
  }
  return {
    *start() {
      for (let term = 1; term <= TERMS; term++) {
        yield* env.sleep(env.random('time-out').integer(ms(5)))
        const ask: Vote = { kind: 'ask', term }
        if (mayVote(term, env.self.name)) {
          count(term)
          for (const peer of peers) env.send(peer, ask)
        }
      }
    },
    receive(from, message) {
      const { kind, term } = message as Vote | Append
      const vote: Vote = { kind: 'vote', term }
      if (kind === 'ask' && mayVote(term, from.name)) env.send(from, vote)
      else if (kind === 'vote') count(term)
      else if (kind === 'append') decide(term, (message as Append).value)
    },
  }
}

const cluster = (forgetful: boolean) => ({
  build(world: World) {
    for (const name of NODES) addCoordinator(world, name, name, (env) => node(env, forgetful))
  },
})

test('a double vote makes two leaders in one term, and what they decide differs', () => {
  const found = violations(cluster(true), 50)
  expect(Object.keys(found).sort()).toEqual(['agreement', 'one-leader'])
  const { violation, detail } = found['one-leader']!.first
  expect(detail).toMatch(/^cluster has two leaders in term \d: [a-e] and [a-e], at [\d.]+ ms/)
  expect(violation!.events.map(({ event }) => event.replace(/\d/, 'N'))).toEqual([
    'elected leader of cluster in term N',
    'elected leader of cluster in term N',
  ])
  expect(found.agreement!.first.detail).toMatch(/^log\[\d\] was decided twice: "by [a-e]" and "by [a-e]"/)
})

test('a node that remembers its vote makes one, with every seed', () => {
  expect(violations(cluster(false))).toEqual({})
  const told = checksOf(cluster(false), '1')
  expect(told.filter(({ pass }) => pass).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['agreement', 'validity', 'one-leader']),
  )
})
