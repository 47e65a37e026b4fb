// The methods of assignment, with what a task distributor lays before them: the costs of all pairs, by skill and load.

import { AgentLoads } from '../../coordination/allocation/agent-loads.ts'
import { TaskAtHand } from '../../coordination/allocation/batch.ts'
import { hungarian } from '../../coordination/allocation/hungarian.ts'
import { methods } from '../../coordination/allocation/methods.ts'
import { taskDistributor } from '../../coordination/allocation/task-distributor.ts'
import type { DistributorTerms } from '../../coordination/allocation/task-distributor-terms.ts'
import { RandomStreams } from '../../kernel/random.ts'
import type { OperationBench } from './bench.ts'

const SIZES = [8, 16, 32, 64, 128, 256, 512]
const SKILLS = ['code', 'text', 'image', 'search']

/** As many tasks as agents, each agent good at some things, all with something to do already. */
function problemOf(size: number) {
  const random = new RandomStreams('bench').stream(`allocation ${size}`)
  const terms = Object.fromEntries(
    Object.entries(taskDistributor.parameters).map(([name, parameter]) => [
      name,
      'default' in parameter ? parameter.default : undefined,
    ]),
  ) as unknown as DistributorTerms
  const loads = new AgentLoads(size, terms)
  const tasks = Array.from(
    { length: size },
    (_, i) => new TaskAtHand({ kind: 'job', capability: SKILLS[i % SKILLS.length]! }, 0),
  )
  for (let agent = 0; agent < size; agent++)
    loads.told(agent, Object.fromEntries(SKILLS.map((skill) => [skill, random.uniform()])))
  return { loads, tasks, random }
}

const method = (name: string): OperationBench => ({
  operation: name,
  size: 'tasks or agents',
  sizes: name === 'hungarian' ? SIZES : [8, 32, 128, 512],
  growth: name === 'hungarian' ? 'n^3' : 'n^2',
  prepare(size) {
    const { loads, tasks, random } = problemOf(size)
    return () => methods[name]!.assign(loads.problem(tasks, random))
  },
})

export const allocation: readonly OperationBench[] = [
  ...Object.keys(methods).map(method),
  {
    // Uniform random costs: what the algorithm itself takes, for a comparison with others.
    operation: 'linear-assignment',
    size: 'rows',
    sizes: SIZES,
    growth: 'n^3',
    prepare(size) {
      const random = new RandomStreams('bench').stream(`matrix ${size}`)
      const costs = Float64Array.from({ length: size * size }, () => random.uniform())
      return () => hungarian(costs, size, size).cost
    },
  },
]
