// Who does which of the tasks at hand: the problem that a method of assignment is given, and what it answers with.

import type { Random } from '../../env/index.ts'

/** Tasks × agents, row after row: what is of task t and agent a stands at t × agents + a. */
export interface AssignmentProblem {
  readonly tasks: number
  readonly agents: number
  /** What each pair costs; Infinity: the pair is forbidden. */
  readonly costs: Float64Array
  /** What each agent has before it already. */
  readonly loads: Float64Array
  /** What each task would add to each agent's load, in the same unit. */
  readonly work: Float64Array
  /** The agent whose turn it is, for methods that go round. */
  readonly turn: number
  readonly random: Random
}

/** The agent of each task; -1: none this time. Those left over are asked about again, with the loads as they are then. */
export type Assignment = Int32Array

/** One way to assign; keeps nothing from one problem to the next. A forbidden pair is never assigned. */
export interface AssignmentMethod {
  /** Kebab-case; also the operation that its computing is charged as. */
  readonly name: string
  /** One line: how it chooses. */
  readonly meaning: string
  assign(problem: AssignmentProblem): Assignment
}

/**
 * Task after task, each to the agent that `better` prefers among those allowed, given the loads with all that went before it.
 * Of two that are alike the one whose turn comes first is kept.
 */
export function inOrder(
  problem: AssignmentProblem,
  better: (task: number, agent: number, than: number, loads: Float64Array) => boolean,
): Assignment {
  const { tasks, agents, costs, work } = problem
  const loads = problem.loads.slice()
  const assignment = new Int32Array(tasks).fill(-1)
  let { turn } = problem
  for (let task = 0; task < tasks; task++) {
    let chosen = -1
    for (let step = 0; step < agents; step++) {
      const agent = (turn + step) % agents
      if (costs[task * agents + agent] === Infinity) continue
      if (chosen === -1 || better(task, agent, chosen, loads)) chosen = agent
    }
    if (chosen === -1) continue
    assignment[task] = chosen
    loads[chosen]! += work[task * agents + chosen]!
    turn = (chosen + 1) % agents
  }
  return assignment
}
