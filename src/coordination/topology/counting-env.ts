// What a consensus sends, counted among the messages of the swarm that it serves.

import type { Env } from '../../env/index.ts'

/** The same environment; what the consensus sends counts as the swarm's too. */
export const countingMessages = (env: Env): Env => ({
  self: env.self,
  now: () => env.now(),
  clock: () => env.clock(),
  random: (stream) => env.random(stream),
  uuid: () => env.uuid(),
  send: (to, message) => env.send(to, message),
  call: (to, request, timeout) => env.call(to, request, timeout),
  sleep: (duration) => env.sleep(duration),
  after: (delay, then) => env.after(delay, then),
  spawn: (task, name) => env.spawn(task, name),
  compute: (work) => env.compute(work),
  saved: () => env.saved(),
  save: (state) => env.save(state),
  observe(observation) {
    env.observe(observation)
    if (observation.kind === 'count' && observation.metric === 'pbft.messages')
      env.observe({ ...observation, metric: 'swarm.messages' })
  },
})
