import { describe, expect, test } from 'vitest'
import { hours, seconds } from '../../src/units.ts'
import { expectedRequests } from '../../src/workload/expected.ts'
import type { OpenTrace } from '../../src/workload/workload.ts'

const noTrace: OpenTrace = () => {
  throw new Error('no trace here')
}

const generate = {
  kind: 'generate',
  values: {
    model: 'm',
    promptTokens: { kind: 'constant', value: 10 },
    outputTokens: { kind: 'constant', value: 7 },
    prefixTokens: 0,
    conversations: 1,
    stream: true,
  },
}
const job = { kind: 'job', values: {} }

const workload = (arrivals: unknown, request: unknown = job) => ({
  target: [{ name: 'x' }],
  request,
  timeout: 1,
  arrivals,
  slowDown: 1,
  skip: 0,
})
const constant = (rate: number) => ({ kind: 'constant', values: { rate, offset: 0 } })
const closed = { kind: 'closed', values: { clients: 3, think: { kind: 'constant', value: 0 } } }
const once = (count: number) => ({ kind: 'once', values: { count, at: 0 } })

describe('the requests to expect', () => {
  test('are those that arrive within the duration, with their mean output', () => {
    // At 0, 0.5, …, 10 s.
    expect(expectedRequests(workload(constant(2), generate), seconds(10), noTrace)).toEqual({
      requests: 21,
      tokens: 7,
    })
    expect(expectedRequests(workload(constant(2)), seconds(10), noTrace)).toEqual({ requests: 21, tokens: 0 })
    expect(expectedRequests(workload(constant(0)), seconds(10), noTrace)).toEqual({ requests: 0, tokens: 0 })
  })

  test('are all of them where they end by themselves', () => {
    expect(expectedRequests(workload(once(9)), undefined, noTrace)).toMatchObject({ requests: 9 })
  })

  test('are unknown of a closed loop, and of arrivals without an end', () => {
    expect(expectedRequests(workload(closed), seconds(10), noTrace)).toBe(undefined)
    expect(expectedRequests(workload(constant(1)), undefined, noTrace)).toBe(undefined)
  })

  test('are unknown of more than are drawn, all at the same time', () => {
    expect(expectedRequests(workload(once(200_000)), seconds(10), noTrace)).toBe(undefined)
  })

  test('of very many are told from the first hundred thousand', () => {
    // 1000/s for an hour.
    const { requests } = expectedRequests(workload(constant(1000)), hours(1), noTrace)!
    expect(requests / 3_600_000).toBeGreaterThan(0.999)
    expect(requests / 3_600_000).toBeLessThan(1.001)
  })
})
