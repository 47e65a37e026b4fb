// A client that asks again where it is refused or hears nothing, after pauses that grow. Written with async and await: calls, sleep,
// compute and save return promises, and outcomes of the network are thrown.

import { count, defineAsyncCoordinator, duration, ms, Outcome, reference } from 'rehearsal'

export default defineAsyncCoordinator({
  name: 'careful-client',
  meaning: 'asks again and again, with pauses that grow where it gets no answer',
  parameters: {
    service: reference('service', { meaning: 'whom it asks' }),
    every: duration({ meaning: 'pause after an answer', default: ms(100), min: 1 }),
    patience: duration({ meaning: 'time limit of one attempt', default: ms(200), min: 1 }),
    attempts: count({ meaning: 'attempts before it gives a request up', default: 8, min: 1 }),
  },
  metrics: {
    'client.answered': { observed: 'count', unit: 'count', better: 'higher', meaning: 'requests answered' },
    'client.given-up': { observed: 'count', unit: 'count', better: 'lower', meaning: 'requests given up' },
    'client.retries': {
      observed: 'count',
      unit: 'count',
      better: 'lower',
      meaning: 'attempts after the first',
    },
  },
  create(env, { service, every, patience, attempts }) {
    async function ask(): Promise<boolean> {
      for (let attempt = 0; attempt < attempts; attempt++) {
        if (attempt > 0) env.observe({ kind: 'count', metric: 'client.retries' })
        try {
          await env.call(service[0]!, { kind: 'job' }, patience)
          return true
        } catch (error) {
          if (!(error instanceof Outcome)) throw error
          // 50, 100, 200 ms …, up to half as long again, so that clients do not come back all at once.
          const pause = ms(50) * 2 ** attempt
          await env.sleep(pause + env.random('pause').integer(pause / 2))
        }
      }
      return false
    }

    return {
      async start() {
        for (;;) {
          env.observe({ kind: 'count', metric: (await ask()) ? 'client.answered' : 'client.given-up' })
          await env.sleep(every)
        }
      },
    }
  },
})
