// An agent that is good at some things: it does the jobs it is sent one after the other on a core of its host, and takes the longer
// the less its skills meet what a job asks for. What it is good at it tells whoever asks.

import { defineCoordinator, type JobRequest, type Message, type Request, type Task } from '../../env/index.ts'
import { map, number, ratio } from '../../parameters.ts'
import { compatibilityOf, type Skills } from './costs.ts'

/** Asks an agent what it is good at. */
export interface SkillsRequest extends Request<SkillsReply> {
  readonly kind: 'skills'
}

export interface SkillsReply extends Message {
  readonly kind: 'skills.told'
  readonly skills: Skills
}

export const specialist = defineCoordinator({
  name: 'specialist',
  meaning: 'does jobs one after the other, the faster the better its skills meet their capability',
  parameters: {
    skills: map(ratio({ meaning: 'how good it is at this, from 0 to 1' }), {
      meaning: 'capabilities, and how good it is at each; at what it does not name it is not good at all',
      default: {},
    }),
    mismatchFactor: number({
      meaning:
        'how many times as long a job takes an agent whose skills do not meet it at all; in between in proportion',
      default: 3,
      min: 1,
      source: '[G] the document gives none',
    }),
  },
  create: (env, { skills, mismatchFactor }) => ({
    *handle(_from, request: Request<unknown>): Task<Message> {
      if (request.kind === 'skills') return { kind: 'skills.told', skills } as SkillsReply
      const { service = 0, capability } = request as JobRequest
      const lacking = 1 - compatibilityOf(capability === undefined ? [] : [capability], skills)
      yield* env.compute({ cost: Math.round(service * (1 + (mismatchFactor - 1) * lacking)) })
      return { kind: 'job.done' }
    },
  }),
})
