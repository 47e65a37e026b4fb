// What each action on the state is as a command to Redis, and in which of the three collections its key is.

import type { StateAction, StateOperation } from '../../env/index.ts'

interface Action {
  readonly collection: 'agent_states' | 'task_queues' | 'coordination_logs'
  readonly writes: boolean
  readonly command: string
  /** What follows the key. */
  rest(operation: StateOperation): readonly string[]
}

const value = ({ value: given = '' }: StateOperation): readonly string[] => [given]

const ACTIONS: Readonly<Record<StateAction, Action>> = {
  read: { collection: 'agent_states', writes: false, command: 'GET', rest: () => [] },
  write: { collection: 'agent_states', writes: true, command: 'SET', rest: value },
  increment: {
    collection: 'agent_states',
    writes: true,
    command: 'INCRBY',
    rest: ({ count = 1 }) => [String(count)],
  },
  push: { collection: 'task_queues', writes: true, command: 'RPUSH', rest: value },
  take: { collection: 'task_queues', writes: true, command: 'LPOP', rest: () => [] },
  append: { collection: 'coordination_logs', writes: true, command: 'RPUSH', rest: value },
  tail: {
    collection: 'coordination_logs',
    writes: false,
    command: 'LRANGE',
    rest: ({ count = 1 }) => [String(-count), '-1'],
  },
}

export const isAction = (name: string): name is StateAction => Object.hasOwn(ACTIONS, name)

export const writes = ({ action }: StateOperation): boolean => ACTIONS[action].writes

/** `agent_states:7` */
export const keyOf = ({ action, key }: StateOperation): string => `${ACTIONS[action].collection}:${key}`

/** The command, and what follows its key. */
export const wordsOf = (operation: StateOperation): readonly [command: string, ...rest: string[]] => {
  const { command, rest } = ACTIONS[operation.action]
  return [command, ...rest(operation)]
}
