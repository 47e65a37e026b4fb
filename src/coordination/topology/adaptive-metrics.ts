// What an adaptive swarm observes besides what its topologies do.

import type { ObservedMetrics } from '../../env/index.ts'

const count = (better: 'lower' | 'neither', meaning: string) =>
  ({ observed: 'count', unit: 'count', better, meaning }) as const
const value = (unit: 'ns' | '/s' | 'ratio', better: 'lower' | 'higher', meaning: string) =>
  ({ observed: 'value', unit, better, meaning }) as const

export const adaptiveMetrics = {
  'adaptive.switches': count('neither', 'switches that a leader decided'),
  'adaptive.messages': count('lower', 'polls, reports and notices of a switch'),
  'adaptive.migrated': count('lower', 'tasks that were begun anew because their topology was left'),
  'adaptive.stale': count('lower', 'messages of an epoch that was over'),
  'adaptive.windows.hierarchical': count('neither', 'windows in which the hierarchical topology ran'),
  'adaptive.windows.mesh': count('neither', 'windows in which the mesh ran'),
  'adaptive.windows.ring': count('neither', 'windows in which the ring ran'),
  'adaptive.windows.hybrid': count('neither', 'windows in which the hybrid ran'),
  'adaptive.expected': value(
    'ratio',
    'higher',
    'by how much another was expected to score better at a switch',
  ),
  'adaptive.before.latency': value('ns', 'lower', 'latency of tasks in the window before a switch'),
  'adaptive.before.throughput': value('/s', 'higher', 'tasks done per second in the window before a switch'),
  'adaptive.before.success': value('ratio', 'higher', 'share of attempts that had a result before a switch'),
  'adaptive.before.utilisation': value('ratio', 'higher', 'agents’ time spent on parts before a switch'),
  'adaptive.after.latency': value('ns', 'lower', 'latency of tasks in the first whole window after a switch'),
  'adaptive.after.throughput': value('/s', 'higher', 'tasks done per second in that window'),
  'adaptive.after.success': value('ratio', 'higher', 'share of attempts that had a result in that window'),
  'adaptive.after.utilisation': value('ratio', 'higher', 'agents’ time spent on parts in that window'),
} as const satisfies ObservedMetrics
