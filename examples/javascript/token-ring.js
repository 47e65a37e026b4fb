// A token that goes round a ring of members: whoever has it works, then hands it on. In plain JavaScript.

import { defineCoordinator, duration, ms, reference } from 'rehearsal'

export const tokenRing = defineCoordinator({
  name: 'token-ring',
  meaning: 'works while it has the token, then hands it to the next member',
  parameters: {
    members: reference('coordinator', { meaning: 'all members, in the order of the ring' }),
    work: duration({ meaning: 'how long a member keeps the token', default: ms(10), min: 1 }),
  },
  metrics: {
    'token.away': {
      observed: 'value',
      unit: 'ns',
      better: 'lower',
      meaning: 'from handing the token on until it is back',
    },
  },
  create(env, { members, work }) {
    const place = members.findIndex(({ name }) => name === env.self.name)
    const next = members[(place + 1) % members.length]
    let handedOn

    function take() {
      if (handedOn !== undefined)
        env.observe({ kind: 'value', metric: 'token.away', value: env.now() - handedOn })
      env.after(work, () => {
        handedOn = env.now()
        env.send(next, { kind: 'token', bytes: 16 })
      })
    }

    // The first member makes the token.
    if (place === 0) take()
    return {
      receive(_from, { kind }) {
        if (kind === 'token') take()
      },
    }
  },
})
