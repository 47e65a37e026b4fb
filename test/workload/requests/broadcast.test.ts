import { expect, test } from 'vitest'
import { broadcast } from '../../../src/workload/requests/broadcast.ts'
import { streams } from './drawn.ts'

test('a broadcast names its topic and has its size, on the wire too', () => {
  const next = broadcast.create({ topic: 'status', size: 500 }, streams('1'))
  expect(next()).toEqual({ kind: 'ws.publish', topic: 'status', size: 500, bytes: 550 })
})
