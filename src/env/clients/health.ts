// The question whether a process is there: any process answers it by itself, in turn with everything else it has to do,
// so that one that is busy, paused or out of cores answers late.

import type { Message, Request } from '../env.ts'

export interface HealthRequest extends Request<HealthReply> {
  readonly kind: 'health'
}

export interface HealthReply extends Message {
  readonly kind: 'healthy'
}

/** `GET /health`, about. */
export const healthRequest: HealthRequest = { kind: 'health', bytes: 100 }
