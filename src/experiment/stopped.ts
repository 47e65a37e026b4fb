// A run that ended before its end.

import type { RunRecord } from '../run/replication.ts'
import { format } from '../units.ts'

/** A run was stopped before its end, by the limit of real time or of events. */
export class StoppedError extends Error {
  override name = 'StoppedError'
}

/** Throws StoppedError where the run did not come to its end. */
export function refuseStopped(
  { stopped, seed, ended, events }: Pick<RunRecord, 'stopped' | 'seed' | 'ended' | 'events'>,
  variant: string,
): void {
  if (stopped !== 'interrupted' && stopped !== 'events') return
  const where = `${variant} with seed ${seed}, at ${format(ended, 'ns')} of virtual time`
  throw new StoppedError(
    stopped === 'events'
      ? `stopped after ${events} events: ${where}; raise measure.events, or measure a shorter time`
      : `stopped by the time limit: ${where}`,
  )
}
