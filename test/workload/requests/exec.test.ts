import { expect, test } from 'vitest'
import type { ExecRequest } from '../../../src/env/clients/docker.ts'
import { ms } from '../../../src/units.ts'
import { exec } from '../../../src/workload/requests/exec.ts'
import { drawn, share, streams } from './drawn.ts'

const values = {
  container: 'agent',
  instances: 1,
  cost: { kind: 'exponential', mean: ms(20) },
  time: { kind: 'constant', value: ms(300) },
  memory: 0,
  detach: false,
}

test('a command has its own core time and the time it takes besides', () => {
  const requests = drawn<ExecRequest>(exec.create(values, streams('1')), 10_000)
  const mean = requests.reduce((sum, { cost }) => sum + cost!, 0) / requests.length
  // Standard error 20 ms / 100.
  expect(Math.abs(mean / ms(1) - 20)).toBeLessThan(1)
  for (const { kind, container, cost, time } of requests) {
    expect([kind, container, time]).toEqual(['docker.exec', 'agent', ms(300)])
    expect(Number.isSafeInteger(cost)).toBe(true)
  }
  expect(requests[0]).not.toHaveProperty('memory')
  expect(requests[0]).not.toHaveProperty('detach')
})

test('of several instances each is as likely as the others', () => {
  const requests = drawn<ExecRequest>(exec.create({ ...values, instances: 4 }, streams('1')), 10_000)
  for (let i = 1; i <= 4; i++)
    // Standard error sqrt(0.25 · 0.75 / 10,000) = 0.0043.
    expect(Math.abs(share(requests, ({ container }) => container === `agent.${i}`) - 0.25)).toBeLessThan(0.02)
})

test('memory and detachment are said where they are', () => {
  const [request] = drawn<ExecRequest>(exec.create({ ...values, memory: 100, detach: true }, streams('1')), 1)
  expect(request).toMatchObject({ memory: 100, detach: true })
})
