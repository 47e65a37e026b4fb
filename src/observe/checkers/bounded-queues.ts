// Queues are bounded: no mailbox and no service's queue grows beyond a length that the scenario states. A queue that grows
// without limit is an outage that has not been noticed yet.

import { count } from '../../parameters.ts'
import { formatNumber } from '../../units.ts'
import { defineChecker } from './checker.ts'
import type { Sight } from './sight.ts'
import { counted } from './verdicts.ts'

export const boundedQueues = defineChecker({
  name: 'bounded-queues',
  meaning: 'no mailbox and no queue of a service grows beyond a limit',
  asked: true,
  parameters: {
    limit: count({
      meaning: 'the most that may wait: in the mailboxes of a part, its instances together, or at a service',
      default: 1000,
      min: 1,
    }),
  },
  create({ limit }, violated) {
    let watched = 0
    return {
      begin({ queues }: Sight) {
        watched = queues.length
        for (const { name, watch } of queues)
          watch(limit, (at, length) =>
            violated(at, () => ({
              what: `${formatNumber(length)} wait in ${name}, and ${formatNumber(limit)} may`,
              events: [],
            })),
          )
      },
      finish: () => ({
        pass: true,
        detail: `${counted(watched, 'queue')} of at most ${formatNumber(limit)}`,
      }),
    }
  },
})
