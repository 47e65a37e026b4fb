// What the engine tells of a container.

import type { ContainerStatus } from '../../../env/clients/docker.ts'
import type { Container, ContainerState } from '../../container.ts'

/** Docker knows no state between; one that is being started is still what it was before. */
const STATES: Readonly<Record<Exclude<ContainerState, 'starting'>, ContainerStatus['state']>> = {
  created: 'created',
  running: 'running',
  stopping: 'running',
  restarting: 'restarting',
  exited: 'exited',
  removed: 'exited',
}

export const isRunning = ({ state }: Container): boolean => state === 'running' || state === 'stopping'

export function statusOf(container: Container): ContainerStatus {
  const { process, state, health, exitCode, oomKilled, restarts, startedAt, error } = container
  return {
    container: process.name,
    state: state === 'starting' ? (restarts > 0 ? 'restarting' : 'created') : STATES[state],
    health: health ?? 'none',
    exitCode,
    oomKilled,
    restarts,
    startedAt,
    ...(error === undefined ? {} : { error }),
  }
}
