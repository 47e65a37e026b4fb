// What the agents of a swarm observe, in any topology.

import type { ObservedMetrics } from '../../env/index.ts'
import { pbftMetrics } from '../consensus/pbft-terms.ts'
import { adaptiveMetrics } from './adaptive-metrics.ts'

const count = (better: 'lower' | 'neither', meaning: string) =>
  ({ observed: 'count', unit: 'count', better, meaning }) as const

/** Of keeping an eye on one another; of the gateway as well. */
export const watchMetrics = {
  'swarm.upkeep': count('lower', 'messages for no task: pings, heartbeats, elections, gossip, taking over'),
  'swarm.suspicions': count('neither', 'agents held for dead, by another'),
} as const satisfies ObservedMetrics

export const swarmMetrics = {
  ...pbftMetrics,
  ...watchMetrics,
  ...adaptiveMetrics,
  'swarm.messages': count('lower', 'messages between agents that tasks needed'),
  'swarm.tasks': count('neither', 'tasks done, as those who took them have it'),
  'swarm.computed': count('lower', 'parts computed; above the parts of the tasks, some were computed again'),
  'swarm.reassigned': count('lower', 'parts given to another because the first died or was too slow'),
  'swarm.transferred': count('neither', 'parts whose state a new queen went on from'),
  'swarm.elections': count('neither', 'queens or leaders elected in place of another'),
  'swarm.coordination': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time of a task, from its taking to its result, beyond what its longest part took to compute',
  },
} as const satisfies ObservedMetrics
