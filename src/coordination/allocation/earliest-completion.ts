// Minimum completion time: T. D. Braun et al., "A comparison of eleven static heuristics for mapping a class of independent tasks
// onto heterogeneous distributed computing systems", Journal of Parallel and Distributed Computing 61 (2001). It needs to be told,
// or to learn, how long each task takes each agent; where loads are counted in tasks, it is least loaded.

import { type AssignmentMethod, inOrder } from './assignment.ts'

export const earliestCompletion: AssignmentMethod = {
  name: 'earliest-completion',
  meaning: 'each task to the agent that is expected to be done with it first',
  assign: (problem) => {
    const { work, agents } = problem
    return inOrder(problem, (task, agent, than, loads) => {
      const row = task * agents
      return loads[agent]! + work[row + agent]! < loads[than]! + work[row + than]!
    })
  },
}
