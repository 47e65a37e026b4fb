// Least loaded (join the shortest queue): looks at what the agents have to do and not at what they are good at.

import { type AssignmentMethod, inOrder } from './assignment.ts'

export const leastLoaded: AssignmentMethod = {
  name: 'least-loaded',
  meaning: 'each task to the agent with the least before it; ties in turn',
  assign: (problem) => inOrder(problem, (_task, agent, than, loads) => loads[agent]! < loads[than]!),
}
