// Findings of scenarios that are run, as whoever types the command reads them.

import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { inEmptyFolder, rehearsal } from '../../cli/session.ts'

const ROOT = resolve('scenarios')

inEmptyFolder()

async function findings(scenario: string, ...settings: readonly string[]): Promise<string> {
  const { out } = await rehearsal(
    'run',
    `${ROOT}/${scenario}`,
    '--out',
    'out',
    '--no-html',
    '--jobs',
    '1',
    ...settings,
  )
  return out.split('\n\n').find((block) => block.startsWith('what matters most'))!
}

test('an oversubscribed uplink: the link is the limit from where on it is, and that is the knee', async () => {
  expect(await findings('theory/network-racks.yaml')).toMatchInlineSnapshot(`
    "what matters most
      • With oversubscription=0.5 nothing is above 50 %, from oversubscription=1 on
        the limit is the link downlink.a (99 % to 100 % in use).
      • Up to oversubscription=1, latency.max hardly changes (less than 10 %), and
        then it gets worse: 80.4 ms at 0.5, 80.4 ms at 1, 160 ms at 2 and 640 ms at
        8.
      • One seed a variant: by how much they differ may hang on its random numbers.
        More seeds tell."
  `)
})

test('workers who wait for a serial part: what they lose, and to what', async () => {
  expect(await findings('theory/attribution.yaml')).toMatchInlineSnapshot(`
    "what matters most
      • What to change: workers, in coordinators.worker.count. With 54 instead of 1,
        makespan.mean is 4.06 s instead of 60 s, 93 % less (serial=0.05); the single
        thread of worker is 95 % in use before, 26 % then.
      • At workers=54, 93 % of the workers’ time is lost (serial=0.2), all of it
        waiting for the coordinator or another serial part.
      • The limit depends on the variant: the single thread of worker in 2 (95 % in
        use with serial=0.05, workers=1) and the cores of head in 2 (93 % in use
        with serial=0.2, workers=54). In 10 of 14 variants nothing is above 85 %.
      • With serial=0.2 instead of 0.05, makespan.mean is 12.9 s instead of 4.06 s:
        3.2 times as much (workers=54). So in 6 of 7 settings of the rest; in 1 they
        differ by less than 5 %.
      • Over workers, makespan.mean still falls at the end: 60 s at 1, 5.11 s at 27
        and 4.06 s at 54; by Amdahl’s law, with a serial fraction of 5.0 %, it is
        never more than 20× the first (serial=0.05). Over the whole axis that is 15×
        there, 4.7× with serial=0.2."
  `)
})

test('a dying worker: what the fault does, why the slowest are slow, who gets no answer', async () => {
  expect(await findings('ollamamax/worker-down.yaml')).toMatchInlineSnapshot(`
    "what matters most
      • Of the 2 faults the one at 300 s (crash of worker.2, for 300 s) shows most:
        requests in the system rise from 5.11 on average to 16.
      • One request in a hundred takes 93.7 s or more, 5.3 times the median’s
        17.5 s: of the 76.2 s that it takes longer 54 % is attempts that failed, and
        back-off, the rest being served.
      • 0.5 % of the requests get no answer: 1 timed out and 1 refused.
      • Nothing is at its limit: busiest are the cores of worker with 61 % in use on
        average, next the slots of ollama (23 %). Requests hardly wait: 92 % of
        their time is service, computing and network."
  `)
})
