// What `rehearsal init --coordinator` writes: a small coordinator that works, its scenario, and its test.

import { basename, dirname, extname, join } from 'node:path'
import { quote, ScenarioError } from '../errors.ts'

type File = readonly [path: string, text: string]

/** The files of a coordinator at this path, or in this folder. */
export function coordinatorFiles(path: string): {
  readonly module: File
  readonly scenario: File
  readonly test: File
} {
  const ending = extname(path)
  if (ending !== '' && !/^\.m?[jt]s$/.test(ending))
    throw new ScenarioError(
      `invalid --coordinator: ${quote(path, 200)}; expected a .ts or .js file, or a folder, such as my-queen.ts`,
    )
  const name = basename(path, ending)
  if (!/^(?=.{1,64}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new ScenarioError(
      `invalid --coordinator: ${quote(path, 200)}; expected a name of small letters, digits and single dashes, such as my-queen.ts`,
    )
  const folder = ending === '' ? path : dirname(path)
  const file = ending === '' ? `${name}.ts` : basename(path)
  const typed = !/\.m?js$/.test(file)
  const filled = (text: string) => text.replaceAll('NAME', name).replaceAll('FILE', file)
  return {
    module: [join(folder, file), filled(typed ? MODULE : untyped(MODULE))],
    scenario: [join(folder, `${name}.yaml`), filled(SCENARIO)],
    test: [join(folder, `${name}.test.mjs`), filled(TEST)],
  }
}

/** The module in plain JavaScript. */
const untyped = (text: string): string =>
  text
    .replace('  type Address,\n', '')
    .replace('  type Request,\n', '')
    .replace('  type Task,\n', '')
    .replace('_from: Address, request: Request<unknown>): Task<unknown>', '_from, request)')
    .replace('new Set<number>()', 'new Set()')
    .replace('(tried: ReadonlySet<number>): number =>', '(tried) =>')
    .replace('underWay[chosen]!++', 'underWay[chosen]++')
    .replace('underWay[chosen]!--', 'underWay[chosen]--')
    .replace('workers[chosen]!', 'workers[chosen]')
    .replace('underWay[b]! < underWay[a]!', 'underWay[b] < underWay[a]')

const MODULE = `// A coordinator of your own: it hands each request to the worker that has the fewest under way, and to another one where that fails.
// It knows the world through \`env\` alone: no Date, Math.random, timers or sockets, so that every run of a seed is the same.

import {
  type Address,
  count,
  defineCoordinator,
  duration,
  Outcome,
  reference,
  type Request,
  seconds,
  type Task,
} from 'rehearsal'

export default defineCoordinator({
  name: 'NAME',
  meaning: 'hands each request to the worker that has the fewest under way',

  // What a scenario can set, with units and defaults; \`rehearsal list coordinators --module FILE\` shows them.
  parameters: {
    workers: reference('service', { meaning: 'who does the work' }),
    attempts: count({ meaning: 'workers tried before a request fails', default: 2, min: 1 }),
    patience: duration({ meaning: 'time limit of one attempt', default: seconds(2), min: 1 }),
  },

  // What it observes, besides what is observed of every process.
  metrics: {
    'NAME.retries': { observed: 'count', unit: 'count', better: 'lower', meaning: 'attempts after the first' },
  },

  // Called when the process starts, and again after a crash: state lives in here, not in variables outside.
  create(env, { workers, attempts, patience }) {
    const underWay = workers.map(() => 0)
    const choose = (tried: ReadonlySet<number>): number =>
      underWay.map((_, i) => i).filter((i) => !tried.has(i)).reduce((a, b) => (underWay[b]! < underWay[a]! ? b : a))

    return {
      // A task: a generator that suspends at \`yield*\`. Meanwhile others are handled.
      *handle(_from: Address, request: Request<unknown>): Task<unknown> {
        const tried = new Set<number>()
        for (;;) {
          const chosen = choose(tried)
          tried.add(chosen)
          underWay[chosen]!++
          try {
            return yield* env.call(workers[chosen]!, request, patience)
          } catch (error) {
            // A timeout, a refusal, a worker that is gone: anything else is a bug and goes on.
            if (!(error instanceof Outcome) || tried.size >= Math.min(attempts, workers.length)) throw error
            env.observe({ kind: 'count', metric: 'NAME.retries' })
          } finally {
            underWay[chosen]!--
          }
        }
      },
    }
  },
})
`

const SCENARIO = `# A coordinator of your own between its clients and three workers, one of which crashes.
# It runs the code of FILE, so:  rehearsal run NAME.yaml --allow-modules

name: NAME
title: NAME and three workers
description: What do the clients see of a worker's crash?

parameters:
  attempts: 2

hosts:
  front: { cores: 2 }
  worker: { count: 3, cores: 1, boot: 1s }

services:
  work: { kind: queue, on: worker, service: { kind: exponential, mean: 40ms } }

coordinators:
  NAME:
    module: ./FILE
    on: front
    workers: work
    attempts: "\${attempts}"
    handler-cost: 50us

workload:
  target: NAME
  arrivals: { kind: poisson, rate: 30/s }
  request: { kind: job }
  timeout: 10s

faults:
  - { at: 30s, kind: crash, host: worker.1, for: 10s }

measure: { duration: 2min, warm-up: 5s }

expect:
  - { metric: errors, at-most: 0.1%, when: attempts >= 2 }
  - { metric: latency.p95, below: 500ms }
`

const TEST = `// Run it with \`node --test\`. Any other test runner does as well.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulate } from 'rehearsal/testing'

const scenario = new URL('./NAME.yaml', import.meta.url)

test('the scenario meets what it expects', async () => {
  const run = await simulate(scenario)
  assert.deepEqual(run.failures, [])
})

test('a second attempt hides the crash of a worker from the clients', async () => {
  const once = await simulate(scenario, { set: ['parameters.attempts=1'] })
  const twice = await simulate(scenario, { set: ['parameters.attempts=2'] })
  assert.ok(once.metric('errors') > 0)
  assert.equal(twice.metric('errors'), 0)
  assert.ok(twice.metric('NAME.retries') > 0)
})

test('a seed gives the same run every time, and another seed another', async () => {
  const [a, b, c] = [await simulate(scenario), await simulate(scenario), await simulate(scenario, { seeds: ['2'] })]
  assert.deepEqual(a.fingerprints, b.fingerprints)
  assert.notEqual(a.fingerprints['1'], c.fingerprints['2'])
})
`
