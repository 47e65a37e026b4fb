// What single operations cost, by tinybench: draws from every distribution, the size of a message, an account.

import { Bench } from 'tinybench'
import { Account, COMPUTE } from '../env/account.ts'
import { createDistribution } from '../kernel/distributions/registry.ts'
import { RandomStreams } from '../kernel/random.ts'
import type { DistributionSpec } from '../parameters.ts'
import { jsonBytes } from '../world/message-size.ts'
import { nothing, suspicions } from './costs/measure.ts'
import type { Row } from './row.ts'

const SPECS: readonly DistributionSpec[] = [
  { kind: 'constant', value: 1e6 },
  { kind: 'uniform', low: 0, high: 2e6 },
  { kind: 'exponential', mean: 1e6 },
  { kind: 'normal', mean: 1e6, deviation: 1e5 },
  { kind: 'lognormal', mean: 1e6, cv: 2 },
  { kind: 'pareto', shape: 2.5, scale: 1e6 },
  { kind: 'erlang', shape: 4, mean: 1e6 },
  { kind: 'hyperexponential', mean: 1e6, cv: 2 },
]

/** A batch an iteration: a single operation takes less time than the clock can tell. */
const BATCH = 1000
const NOTHING = 'nothing'

export async function measure(): Promise<Row[]> {
  const bench = new Bench({ time: 200, warmupTime: 50 })
  const random = new RandomStreams('bench').stream('operations')
  const runs = new Map<string, (times: number) => void>()
  const batch = (name: string, operation: () => number): void => {
    const run = repeated(operation)
    runs.set(name, run)
    bench.add(name, () => run(BATCH))
  }
  for (const spec of SPECS) {
    const distribution = createDistribution(spec)
    batch(`draw: ${spec.kind}`, () => distribution.sample(random))
  }
  const message = { kind: 'mcp.call', tool: 'agent_spawn', arguments: { name: 'agent-17', type: 'worker' } }
  batch('size of a message', () => jsonBytes(message))
  const account = new Account()
  batch('booking in an account', () => {
    account.add(COMPUTE, 1)
    return account.parts[COMPUTE]!
  })
  batch(NOTHING, nothing)
  await bench.run()
  const p50s = new Map(
    bench.tasks.map(({ name, result }) => {
      if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`)
      return [name, result.latency.p50]
    }),
  )
  const step = clockStep()
  return [...p50s].flatMap(([name, p50]) => {
    if (name === NOTHING) return []
    const run = runs.get(name)!
    const found = {
      ns: (p50 * 1e6) / BATCH,
      steps: p50 / step,
      ratio: least(() => run(2 * BATCH)) / least(() => run(BATCH)),
      more: ((p50 - p50s.get(NOTHING)!) * 1e6) / BATCH,
    }
    return [{ name, pending: 0, perSecond: (BATCH * 1e3) / p50, suspicions: suspicions(found) }]
  })
}

/** Does it so many times. The sum is kept, or the compiler would leave the work out. */
function repeated(operation: () => number): (times: number) => void {
  let sum = 0
  return (times) => {
    for (let i = 0; i < times; i++) sum += operation()
    if (Number.isNaN(sum)) throw new Error('an operation gave no number')
  }
}

/** Milliseconds. */
function least(run: () => void): number {
  let found = Number.POSITIVE_INFINITY
  for (let i = 0; i < 50; i++) {
    const begun = performance.now()
    run()
    found = Math.min(found, performance.now() - begun)
  }
  return found
}

/** The least by which the clock goes on, in milliseconds. */
function clockStep(): number {
  let step = Number.POSITIVE_INFINITY
  for (let i = 0; i < 10_000; i++) {
    const begun = performance.now()
    const passed = performance.now() - begun
    if (passed > 0) step = Math.min(step, passed)
  }
  return step
}
