// All methods of assignment that a task distributor can name.

import type { AssignmentMethod } from './assignment.ts'
import { earliestCompletion } from './earliest-completion.ts'
import { greedy } from './greedy.ts'
import { leastCost } from './least-cost.ts'
import { leastLoaded } from './least-loaded.ts'
import { powerOfTwo } from './power-of-two.ts'
import { roundRobin } from './round-robin.ts'

const known: readonly AssignmentMethod[] = [
  earliestCompletion,
  greedy,
  leastCost,
  leastLoaded,
  powerOfTwo,
  roundRobin,
]

export const methods: Readonly<Record<string, AssignmentMethod>> = Object.fromEntries(
  known.map((method) => [method.name, method]),
)
