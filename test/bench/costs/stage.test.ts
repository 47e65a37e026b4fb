// The stage on which handlers are measured: what is booked under which name, and that its coordinators live as elsewhere.

import { describe, expect, test } from 'vitest'
import { Stage } from '../../../src/bench/costs/stage.ts'
import { raftElection } from '../../../src/coordination/election/raft-election.ts'
import { defineCoordinator, type Message, type Request, type Task } from '../../../src/env/index.ts'
import { count } from '../../../src/parameters.ts'

const asker = defineCoordinator({
  name: 'asker',
  meaning: 'asks a peer and a service, waits, computes',
  parameters: { times: count({ meaning: 'how often', default: 3 }) },
  create: (env, { times }) => ({
    *start(): Task<void> {
      for (let i = 0; i < times; i++) {
        yield* env.call({ name: 'peer' }, { kind: 'question' }, 1)
        yield* env.call({ name: 'service' }, { kind: 'query' }, 1)
        yield* env.compute({ operation: 'thought' })
        yield* env.sleep(1000)
      }
      env.send({ name: 'peer' }, { kind: 'goodbye' })
    },
    *handle(_from, request: Request<unknown>): Task<Message> {
      yield* env.save({})
      return { kind: `answer to ${request.kind}` }
    },
  }),
})

function played(times?: number) {
  const stage = new Stage(({ kind }) => (kind === 'query' ? { kind: 'row' } : undefined))
  stage.add('one', asker, times === undefined ? {} : { times })
  stage.add('peer', asker, { times: 0 })
  stage.begin()
  let steps = 0
  while (stage.step()) steps++
  const counts = Object.fromEntries([...stage.tally].map(([name, { count }]) => [name, count]))
  return { steps, counts }
}

describe('a stage', () => {
  test('books every message, reply and timer under its coordinator and kind, and work asked for under nothing', () => {
    const { steps, counts } = played()
    expect(counts).toEqual({
      'asker/question': 3,
      'asker/answer to question': 3,
      'asker/row': 3,
      'asker/timer': 3,
      // One from each of them.
      'asker/goodbye': 1 + 1,
    })
    // And three ends of work.
    expect(steps).toBe(3 * 4 + 2 + 3)
  })

  test('gives parameters that are not given their defaults', () => {
    expect(played(1).counts['asker/question']).toBe(1)
  })

  test('lets a group elect one leader, who keeps being heard', () => {
    const stage = new Stage()
    const members = ['a', 'b', 'c'].map((name) => ({ name }))
    for (const { name } of members) stage.add(name, raftElection, { members })
    stage.begin()
    for (let i = 0; i < 2000; i++) stage.step()
    const counts = Object.fromEntries([...stage.tally].map(([name, { count }]) => [name, count]))
    // A vote takes few messages; all else is heartbeats to the two others.
    expect(counts['raft-election/election.ask']).toBeLessThan(20)
    expect(counts['raft-election/election.heartbeat']).toBeGreaterThan(1200)
  })
})
