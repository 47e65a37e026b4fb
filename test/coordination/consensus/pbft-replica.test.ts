// The normal case counted: messages and delays of a request, as the paper's figure 1 has them (Castro and Liskov, OSDI 1999).

import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import { TestGroup } from './group-fixture.ts'

const constant = () => ms(1)
const QUIET = { durable: false, timeout: seconds(10), retransmission: seconds(5), clientTimeout: seconds(10) }

describe('a request in the normal case', () => {
  for (const f of [0, 1, 2, 3, 4, 5, 10]) {
    const n = 3 * f + 1
    test(`takes 2n² − n + 1 messages and five delays with n = ${n}`, () => {
      const group = new TestGroup({ n, way: constant, terms: QUIET })
      let at = -1
      group.ask(0, 'x', () => {
        at = group.simulation.now
      })
      group.run(seconds(1))
      // Request, pre-prepare to n − 1, prepare from n − 1 to n − 1, commit from n to n − 1, replies of n.
      const sum = 1 + (n - 1) + (n - 1) * (n - 1) + n * (n - 1) + n
      expect(sum).toBe(2 * n * n - n + 1)
      expect(group.metrics['pbft.messages']).toBe(sum)
      // A group of one has nobody to ask.
      expect(at).toBe(ms(n === 1 ? 2 : 5))
      expect(group.decisions).toHaveLength(n)
      expect(group.disagreement()).toBeUndefined()
    })
  }
})
