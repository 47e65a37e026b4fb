// Greedy: what the Hungarian algorithm does without looking back. O(tasks × agents).

import type { AssignmentMethod } from './assignment.ts'

export const greedy: AssignmentMethod = {
  name: 'greedy',
  meaning:
    'each task in turn to the cheapest agent that has none of this round yet; ties to the lowest index',
  assign({ tasks, agents, costs }) {
    const assignment = new Int32Array(tasks).fill(-1)
    const taken = new Uint8Array(agents)
    for (let task = 0; task < tasks; task++) {
      let cheapest = -1
      let least = Infinity
      for (let agent = 0; agent < agents; agent++) {
        const cost = costs[task * agents + agent]!
        if (taken[agent] === 1 || !(cost < least)) continue
        least = cost
        cheapest = agent
      }
      if (cheapest === -1) continue
      assignment[task] = cheapest
      taken[cheapest] = 1
    }
    return assignment
  },
}
