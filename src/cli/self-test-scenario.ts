// What the comparisons are tried on: a queen who takes requests, plans each for a while, tells a ledger of it in messages that cost her time
// too, and lets a worker do it. Small, so that thousands of runs take a minute; busy for half of her time, so that what she costs is waited
// for. What is done to her: all that she does takes longer, or each n-th message is sent once more. All her figures are guesses [G]: they
// say how well a change is seen in such a system, not what such a system does.

import { openWith } from '../campaign/open.ts'
import { defineCoordinator } from '../env/index.ts'
import type { Data } from '../explain/configuration.ts'
import { LoadedModules } from '../modules/modules.ts'
import { count, duration, number, reference } from '../parameters.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { seconds } from '../units.ts'

const queen = defineCoordinator({
  name: 'self-test-queen',
  meaning: 'plans requests, tells a ledger, and lets a worker do them',
  parameters: {
    worker: reference('service', { meaning: 'who does the work' }),
    ledger: reference('coordinator', { meaning: 'who is told' }),
    planning: duration({ meaning: 'core time of planning a request' }),
    message: duration({ meaning: 'core time of writing a message' }),
    messages: count({ meaning: 'messages to the ledger about a request' }),
    slower: number({ meaning: 'how many times its time everything takes', default: 1 }),
    twice: count({ meaning: 'each n-th message is sent once more; 0: none', default: 0 }),
  },
  create: (env, { worker, ledger, planning, message, messages, slower, twice }) => {
    let sent = 0
    const cost = (time: number) => ({ cost: Math.round(time * slower) })
    return {
      *handle(_from, request) {
        yield* env.compute(cost(planning))
        for (let i = 0; i < messages; i++)
          for (let times = twice > 0 && ++sent % twice === 0 ? 2 : 1; times > 0; times--) {
            yield* env.compute(cost(message))
            env.send(ledger[0]!, { kind: 'note' })
          }
        return yield* env.call(worker[0]!, request, seconds(60))
      },
    }
  },
})

const ledger = defineCoordinator({
  name: 'self-test-ledger',
  meaning: 'is told',
  parameters: {},
  create: () => ({ receive() {} }),
})

const scenario = (queen: string, ledger: string): string => `
name: self-test
hosts: { head: { cores: 1 }, box: { cores: 5 } }
services: { worker: { kind: queue, on: box, servers: 4, service: { kind: exponential, mean: 5ms } } }
coordinators:
  queen:
    { module: ${JSON.stringify(queen)}, on: head, worker: worker, ledger: ledger, planning: 1ms, message: 250us, messages: 4,
      slower: 1, twice: 0 }
  ledger: { module: ${JSON.stringify(ledger)}, on: box, handler-cost: 10us }
workload:
  target: queen
  arrivals: { kind: steps, steps: [{ at: 0s, rate: 250/s }, { at: 500ms, rate: 0/s }] }
  request: { kind: job }
measure: { duration: 700ms }
`

const FILE = 'self-test.yaml'

/** The scenario with these values set. */
export function selfTestScenario(sets: readonly string[], seeds: readonly string[]): Promise<ScenarioFile> {
  const { modules, text } = told()
  return openWith(FILE, { read: () => text, sets, seeds }, modules)
}

/** The scenario as plain data has it, one between two of the above. Throws ScenarioError. */
export const selfTestData = (data: Data, seeds: readonly string[]): Promise<ScenarioFile> =>
  openWith(FILE, { read: () => JSON.stringify({ name: 'self-test', ...data }), seeds }, told().modules)

function told(): { readonly modules: LoadedModules; readonly text: string } {
  const modules = new LoadedModules(true)
  return { modules, text: scenario(modules.give('queen', queen), modules.give('ledger', ledger)) }
}
