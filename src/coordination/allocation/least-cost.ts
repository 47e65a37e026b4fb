// The assignment of least cost, by the Hungarian algorithm: one task an agent and round. Where there are more tasks than agents,
// those that are cheapest to place are placed, and the others left for the next round.

import type { AssignmentMethod } from './assignment.ts'
import { hungarian } from './hungarian.ts'

export const leastCost: AssignmentMethod = {
  name: 'hungarian',
  meaning: 'at most one task for each agent and round, at the least sum of costs (Hungarian algorithm)',
  assign: ({ tasks, agents, costs }) => hungarian(costs, tasks, agents).columnOf,
}
