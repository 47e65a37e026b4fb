// What a command ends in, for scripts and CI.

export const EXIT = {
  pass: 0,
  /** A gate or an expectation failed. */
  failed: 1,
  /** Usage, or an invalid scenario. */
  usage: 2,
  /** Inconclusive: a metric was absent, nothing could be compared. */
  inconclusive: 3,
  /** Two runs of one seed differed. */
  determinism: 4,
  /** Stopped by a limit of time or events. */
  limit: 5,
  /** A bug of ours. */
  bug: 70,
  /** Ctrl-C. The signal ends the process, and the shell says 130. */
  interrupted: 130,
} as const

/** Ends the command with a code and a line on standard error. */
export class Exit extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message)
  }
}
