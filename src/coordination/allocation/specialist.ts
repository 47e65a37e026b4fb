// An agent that is good at some things: it does the jobs it is sent one after the other on a core of its host, and takes the longer
// the less its skills meet what a job asks for. What it is good at it tells whoever asks. Where it is said whom it asks, a job also needs
// an answer of that one, such as of a language model, and the next job waits for it as well.

import {
  type Address,
  defineCoordinator,
  type JobRequest,
  type Message,
  type Request,
  Semaphore,
  type Task,
} from '../../env/index.ts'
import { duration, map, number, optional, ratio, reference, request } from '../../parameters.ts'
import { minutes } from '../../units.ts'
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
    asks: optional(
      reference('any', {
        meaning: 'whom it asks for each job, after its own work; of several, each in its turn',
      }),
    ),
    question: optional(request({ meaning: 'what it asks' })),
    timeout: duration({ meaning: 'time limit of an answer', default: minutes(10), min: 1 }),
  },
  create: (env, { skills, mismatchFactor, asks, question, timeout }) => {
    const hand = new Semaphore(1)
    let turn = 0
    function* done(job: JobRequest): Task<Message> {
      const { service = 0, capability } = job
      const lacking = 1 - compatibilityOf(capability === undefined ? [] : [capability], skills)
      yield* env.compute({ cost: Math.round(service * (1 + (mismatchFactor - 1) * lacking)) })
      if (asks && question) yield* env.call<Message>(next(asks), question(), timeout)
      return { kind: 'job.done' }
    }
    const next = (of: readonly Address[]): Address => of[turn++ % of.length]!
    return {
      *handle(_from, request: Request<unknown>): Task<Message> {
        if (request.kind === 'skills') return { kind: 'skills.told', skills } as SkillsReply
        return yield* asks ? hand.held(done(request as JobRequest)) : done(request as JobRequest)
      },
    }
  },
})
