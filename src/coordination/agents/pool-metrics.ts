// What a pool of agents observes; a coordinator that has one declares these with its own.

import type { ObservedMetrics } from '../../env/index.ts'

const level = (meaning: string) => ({ observed: 'level', unit: 'count', better: 'neither', meaning }) as const

export const poolMetrics = {
  'spawn.time': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'from asking for an agent to its readiness',
  },
  'pool.size': level('agents in the pool'),
  'pool.spawning': level('agents that are coming up'),
  'pool.ready': level('agents without a task'),
  'pool.busy': level('agents with tasks'),
  'pool.draining': level('agents that finish what they have'),
  'pool.tasks': level('tasks in hand'),
  'pool.utilisation': {
    observed: 'level',
    unit: 'ratio',
    better: 'neither',
    meaning: 'tasks in hand by what all agents together may have',
  },
  'pool.idle.memory': {
    observed: 'level',
    unit: 'bytes',
    better: 'lower',
    meaning: 'memory of the agents without a task, warm ones included',
  },
} as const satisfies ObservedMetrics
