// The plainest request: do a piece of work, say when it is done. Textbook queues and worker pools take it.

import type { Nanos } from '../../units.ts'
import type { Message, Request } from '../env.ts'

export interface JobRequest extends Request<JobDone> {
  readonly kind: 'job'
  /** How long it takes to serve; left out, the server draws it. */
  readonly service?: Nanos
  /** Lower is served first, where the server has priorities. */
  readonly priority?: number
  /** What whoever does it should be good at; left out: anybody does it alike. */
  readonly capability?: string
}

export interface JobDone extends Message {
  readonly kind: 'job.done'
}
