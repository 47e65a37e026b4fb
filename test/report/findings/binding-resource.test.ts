import { describe, expect, test } from 'vitest'
import { bindingResource } from '../../../src/report/findings/binding-resource.ts'
import type { Scalar } from '../../../src/results/result.ts'
import { metric } from '../sample-results.ts'
import { breakdownOf, resultOf, S, share, variantOf } from './made.ts'

const RESOLVED = {
  services: { queue: { kind: 'queue' }, redis: { kind: 'redis' }, ollama: { kind: 'ollama' } },
}

/** M/M/1 with a mean service of 1 s: of the time in the system, ρ is waiting, and ρ / (1 − ρ) are in it. */
function mm1(rho: number, parameters: Record<string, Scalar> = {}) {
  const time = S / (1 - rho)
  return variantOf({
    parameters,
    metrics: {
      'service.queue.utilisation.mean': share(rho),
      'host.box.utilisation.mean': share(0.02),
      'in-system.mean': metric(rho / (1 - rho), 'count', 'made'),
      'service.queue.queue.mean': metric((rho * rho) / (1 - rho), 'count', 'made'),
    },
    rest: { breakdown: [breakdownOf('all', 1000, { queue: rho * time, service: (1 - rho) * time })] },
  })
}

const said = (...variants: Parameters<typeof resultOf>[0]) =>
  bindingResource(resultOf(variants, RESOLVED)).map(({ text }) => text)

describe('what is nearest to its capacity', () => {
  test('M/M/1 at 95 % is at its limit, and 95 % of the time is waiting there', () => {
    expect(said(mm1(0.95))).toEqual([
      'The limit is the servers of queue, 95 % in use; next are the cores of box (2.0 %). Of a request’s time 95 % is waiting at queue.',
    ])
  })

  test('at 50 % nothing is at its limit, though half of the time is waiting', () => {
    expect(said(mm1(0.5))).toEqual([
      'Nothing is at its limit: busiest are the servers of queue with 50 % in use on average, next the cores of box (2.0 %). Of a request’s time 50 % is waiting at queue.',
    ])
  })

  test('at 5 % nothing is near it, and requests hardly wait', () => {
    expect(said(mm1(0.05))[0]).toMatch(
      /^Nothing is near its capacity: .* Requests hardly wait: 95 % of their time/,
    )
  })

  test('over a numeric axis it is told from where on', () => {
    expect(said(mm1(0.95, { rho: 0.95 }), mm1(0.3, { rho: 0.3 }), mm1(0.6, { rho: 0.6 }))).toEqual([
      'Up to rho=0.6 nothing is above 60 %, from rho=0.95 on the limit is the servers of queue (95 % in use).',
    ])
  })

  test('where the limit changes, both are named', () => {
    const at = (slots: number, queen: number, ollama: number) =>
      variantOf({
        parameters: { slots },
        metrics: {
          'service.redis.utilisation.mean': share(queen),
          'service.ollama.utilisation.mean': share(ollama),
        },
      })
    expect(said(at(4, 0.97, 0.6), at(8, 0.7, 0.99), at(16, 0.5, 0.99))).toEqual([
      'With slots=4 the limit is the thread of redis (97 % in use), from slots=8 on the limit is the slots of ollama (99 % in use).',
    ])
  })

  test('one shard that is full is told though all are half used on average', () => {
    const hot = variantOf({
      metrics: {
        'service.redis.utilisation.mean': share(0.5),
        'service.redis.1.utilisation.mean': share(1),
        'service.redis.2.utilisation.mean': share(0.25),
        'service.redis.3.utilisation.mean': share(0.25),
      },
    })
    expect(said(hot)).toEqual([
      'The limit is the thread of redis.1, 100 % in use, all of its kind on average 50 %.',
    ])
  })

  test('a coordinator that is always busy is a limit, however idle its host is', () => {
    const busy = (busy: number) =>
      bindingResource(
        resultOf(
          [
            variantOf({
              metrics: { 'host.front.utilisation.mean': share(busy / 12) },
              rest: {
                traffic: {
                  seed: '1',
                  measured: S,
                  hosts: [],
                  processes: [{ name: 'queen', part: 'queen', host: 0, handled: 9, busy }],
                  links: [],
                  further: { links: 0, messages: 0, bytes: 0 },
                },
              },
            }),
          ],
          { coordinators: { queen: { kind: 'task-distributor' } } },
        ),
      )[0]!.text
    expect(busy(0.97)).toBe(
      'The limit is the single thread of queen, 97 % in use; next are the cores of front (8.1 %).',
    )
    expect(busy(0.3)).toMatch(/^Nothing is near its capacity/)
  })

  test('what was not observed is nothing', () => {
    expect(said(variantOf({ metrics: { 'host.box.utilisation.mean': metric(null, 'ratio', '') } }))).toEqual(
      [],
    )
    expect(said()).toEqual([])
  })
})
