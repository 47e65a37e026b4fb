// Mistakes that are planted in one agent must be seen by the checkers of every run.

import { describe, expect, test } from 'vitest'
import type { PartResult } from '../../../src/coordination/topology/topology.ts'
import type { Coordinator, Message, Request, Task } from '../../../src/env/index.ts'
import { ms, seconds } from '../../../src/units.ts'
import { makeSwarm, settle, wrongs } from './swarm.ts'

type Gathered = Message & { readonly results: readonly PartResult[] }

/** Answers of this kind are changed on their way out. */
const answering =
  (kind: string, change: (results: readonly PartResult[]) => readonly PartResult[]) =>
  (agent: Coordinator): Coordinator => ({
    receive: (from, message) => agent.receive?.(from, message),
    handle: (from, request: Request<unknown>) => {
      const task = agent.handle!(from, request)
      if (request.kind !== kind) return task
      return (function* (): Task<Message> {
        const reply = (yield* task) as Gathered
        const changed: Gathered = { ...reply, results: change(reply.results) }
        return changed
      })()
    },
  })

function wrongsOf(mistaken?: (agent: Coordinator) => Coordinator): string[] {
  const swarm = makeSwarm({ agents: 4, parts: 6, ...(mistaken ? { mistaken } : {}) })
  swarm.ask(0, ms(60))
  settle(swarm, 1, seconds(5))
  return wrongs(swarm, 1)
}

describe('a mistake is caught', () => {
  test('nothing is wrong without one', () => {
    expect(wrongsOf()).toEqual([])
  })

  test('a leaf that forgets a result', () => {
    expect(wrongsOf(answering('swarm.delegate', (results) => results.slice(1)))).not.toEqual([])
  })

  test('a queen that counts a result twice', () => {
    const twice = (results: readonly PartResult[]) => [...results, results[0]!]
    expect(wrongsOf(answering('swarm.task', twice))).toEqual([
      expect.stringMatching(/^swarm\.parts .*"done":2/),
    ])
  })

  test('but a result that a leaf sends twice is counted once', () => {
    const twice = (results: readonly PartResult[]) => [...results, results[0]!]
    expect(wrongsOf(answering('swarm.delegate', twice))).toEqual([])
  })
})
