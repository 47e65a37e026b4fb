// Round robin: the agents in turn, whatever they have to do and whatever they are good at.

import { type AssignmentMethod, inOrder } from './assignment.ts'

export const roundRobin: AssignmentMethod = {
  name: 'round-robin',
  meaning: 'each task to the agent whose turn it is',
  assign: (problem) => inOrder(problem, () => false),
}
