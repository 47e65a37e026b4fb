// A worker: does the jobs it is sent, one after the other, each holding a core of its host for the job's service time.

import { defineCoordinator, type JobRequest, type Message, type Request, type Task } from '../../env/index.ts'

export const worker = defineCoordinator({
  name: 'worker',
  meaning: 'does the jobs it is sent on a core of its host, one after the other',
  parameters: {},
  create: (env) => ({
    *handle(_from, request: Request<unknown>): Task<Message> {
      yield* env.compute({ cost: (request as JobRequest).service ?? 0 })
      return { kind: 'job.done' }
    },
  }),
})
