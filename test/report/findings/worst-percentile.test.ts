import { expect, test } from 'vitest'
import { worstPercentile } from '../../../src/report/findings/worst-percentile.ts'
import { metric } from '../sample-results.ts'
import { breakdownOf, resultOf, S, variantOf } from './made.ts'

const said = (requests: number, slow: Record<string, number>, queued = 0.45) =>
  worstPercentile(
    resultOf([
      variantOf({
        metrics: {
          'in-system.mean': metric(1, 'count', ''),
          'service.ollama.queue.mean': metric(queued, 'count', ''),
        },
        rest: {
          breakdown: [
            breakdownOf('all', requests, { queue: 0.45 * S, service: 0.55 * S }),
            breakdownOf('p50', requests / 20, { queue: 0.2 * S, service: S }),
            breakdownOf('p95', requests / 20, slow),
            breakdownOf('p99', requests / 100, slow),
          ],
        },
      }),
    ]),
  ).map(({ text }) => text)

const QUEUED = { queue: 6.1 * S, service: 2.2 * S }

test('the cause of the worst percentile is the part that is more of it, at the place where as many wait', () => {
  // 8.3 − 1.2 = 7.1 s more, of which 5.9 s in the queue. By Little’s law 45 of 100 in the system wait, and as many do at Ollama.
  expect(said(1000, QUEUED)).toEqual([
    'One request in a hundred takes 8.3 s or more, 6.9 times the median’s 1.2 s: of the 7.1 s that it takes longer 83 % is waiting at ollama.',
  ])
})

test('a place that has fewer waiting than the part takes is not named', () => {
  expect(said(1000, QUEUED, 0.2)[0]).toMatch(/ 83 % is waiting at a service or for a permit\.$/)
})

test('of few requests the percentile is a lower one, of very few none', () => {
  expect(said(100, QUEUED)[0]).toMatch(/^One request in twenty /)
  expect(said(40, QUEUED)).toEqual([])
})

test('where the slowest are not much slower there is nothing to say', () => {
  expect(said(1000, { queue: 0.5 * S, service: S })).toEqual([])
})

test('one cause alone is all of it', () => {
  expect(said(1000, { queue: 0.2 * S, service: 5 * S })[0]).toMatch(
    /: all of the 4 s that it takes longer is being served\.$/,
  )
})

test('where one in a hundred is no slower, one in a thousand is told, of enough requests', () => {
  const far = (requests: number, slow: number) =>
    worstPercentile(
      resultOf([
        variantOf({
          metrics: {
            'latency.p50': metric(0.1 * S, 'ns', ''),
            'latency.p99': metric(0.13 * S, 'ns', ''),
            'latency.p999': metric(slow * S, 'ns', ''),
          },
          rest: { breakdown: [breakdownOf('all', requests, { service: 0.1 * S })] },
        }),
      ]),
    ).map(({ text }) => text)
  expect(far(36_000, 12)).toEqual([
    'One request in a thousand takes 12 s or more, 120 times the median’s 100 ms, while one in a hundred takes 130 ms.',
  ])
  expect(far(1000, 12)).toEqual([])
  expect(far(36_000, 0.2)).toEqual([])
})

test('where several places together have as many waiting, they are named, the most first', () => {
  const queues = (first: number, second: number) =>
    worstPercentile(
      resultOf([
        variantOf({
          metrics: {
            'in-system.mean': metric(1, 'count', ''),
            'service.first.queue.mean': metric(first, 'count', ''),
            'service.second.queue.mean': metric(second, 'count', ''),
          },
          rest: {
            breakdown: [
              breakdownOf('all', 1000, { queue: 0.9 * S, service: 0.1 * S }),
              breakdownOf('p50', 50, { queue: 0.9 * S, service: 0.1 * S }),
              breakdownOf('p99', 10, { queue: 9 * S, service: 0.1 * S }),
            ],
          },
        }),
      ]),
    )[0]!.text
  expect(queues(0.3, 0.6)).toMatch(/ is waiting at second and first\.$/)
  expect(queues(0.3, 0.1)).toMatch(/ is waiting at a service or for a permit\.$/)
})
