// A queen that starts its agents by asking a server for each, so many at once.

import { all, count, defineCoordinator, reference, Semaphore, seconds, type Task } from 'rehearsal'

export default defineCoordinator({
  name: 'fleet-start',
  meaning: 'starts agents, so many at once',
  parameters: {
    server: reference('service', { meaning: 'who starts them' }),
    agents: count({ meaning: 'how many agents', default: 24, min: 1 }),
    atOnce: count({ meaning: 'how many are started at once', default: 4, min: 1 }),
  },
  metrics: {
    'fleet.time': {
      observed: 'value',
      unit: 'ns',
      better: 'lower',
      meaning: 'from the first agent asked for until the last is there',
    },
    'fleet.started': { observed: 'count', unit: 'count', better: 'higher', meaning: 'agents started' },
  },
  create: (env, { server, agents, atOnce }) => {
    const turns = new Semaphore(atOnce)

    function* one(): Task<void> {
      yield* turns.held(env.call(server[0]!, { kind: 'job' }, seconds(60)))
      env.observe({ kind: 'count', metric: 'fleet.started' })
    }

    return {
      *start(): Task<void> {
        const begun = env.now()
        yield* all(Array.from({ length: agents }, one))
        env.observe({ kind: 'value', metric: 'fleet.time', value: env.now() - begun })
      },
    }
  },
})
