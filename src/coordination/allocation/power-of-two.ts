// The power of two choices: M. Mitzenmacher, IEEE Transactions on Parallel and Distributed Systems 12 (2001).

import type { AssignmentMethod } from './assignment.ts'

export const powerOfTwo: AssignmentMethod = {
  name: 'power-of-two',
  meaning: 'each task to the less loaded of two agents drawn at random; a tie to the first drawn',
  assign({ tasks, agents, costs, loads: before, work, random }) {
    const assignment = new Int32Array(tasks).fill(-1)
    const loads = before.slice()
    const open = new Int32Array(agents)
    for (let task = 0; task < tasks; task++) {
      let count = 0
      for (let agent = 0; agent < agents; agent++)
        if (costs[task * agents + agent]! < Infinity) open[count++] = agent
      if (count === 0) continue
      const [first, second] = [open[random.integer(count)]!, open[random.integer(count)]!]
      const chosen = loads[second]! < loads[first]! ? second : first
      assignment[task] = chosen
      loads[chosen]! += work[task * agents + chosen]!
    }
    return assignment
  },
}
