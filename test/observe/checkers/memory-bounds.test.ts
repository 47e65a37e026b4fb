// What a checker remembers does not grow with a run: ten times as many facts, and the heap is as large.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { Fact } from '../../../src/env/fact.ts'
import { Checking } from '../../../src/observe/checkers/checking.ts'
import { checkers } from '../../../src/observe/checkers/registry.ts'
import { actor } from './fixture.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const heap = (): number => {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

/** What a busy minute states, of everything. */
function* minute(n: number): Iterable<Fact> {
  const task = `task ${n}`
  const value = `value ${n}`
  yield { fact: 'proposed', group: 'log', instance: n, value }
  yield { fact: 'decided', group: 'log', instance: n, value }
  yield { fact: 'decided', group: `group ${n}`, instance: 1, value }
  yield { fact: 'elected', group: 'cluster', term: n }
  yield { fact: 'submitted', queue: 'work', task, once: true }
  yield { fact: 'submitted', queue: 'other', task, once: n % 2 === 0 }
  yield { fact: 'done', queue: 'work', task }
  yield { fact: 'done', queue: 'other', task }
  yield { fact: 'consumed', stream: 's', producer: `producer ${n}`, sequence: 1 }
  yield { fact: 'credited', ledger: 'bank', account: 'a', by: -1 }
  yield { fact: 'credited', ledger: 'bank', account: 'b', by: 1 }
  yield { fact: 'spawned', child: task }
  yield { fact: 'reaped', child: task }
  yield { fact: 'bound', port: n % 100 }
  yield { fact: 'unbound', port: n % 100 }
  yield { fact: 'asked', of: 'requests' }
  yield { fact: 'answered', of: 'requests', ok: true }
  for (const [operation, op, written] of [
    [2 * n, 'write', { value }],
    [2 * n + 1, 'read', {}],
  ] as const) {
    yield { fact: 'invoked', store: 'redis', operation, op, key: `key ${n % 50}`, ...written }
    yield { fact: 'returned', store: 'redis', operation, outcome: 'ok', ...(op === 'read' ? { value } : {}) }
  }
}

test('ten times as many facts take no more memory', () => {
  const named = {
    linearizable: {},
    'monotonic-reads': {},
    liveness: { within: 1e9 },
    'no-lost-task': { within: 1e9 },
    credits: { overdraft: true },
  }
  const checking = new Checking(checkers, { off: [], named })
  const by = actor('a')
  const state = (from: number, to: number): void => {
    for (let n = from; n < to; n++) for (const fact of minute(n)) checking.said(n * 1000, by, fact)
  }
  state(0, 30_000)
  const before = heap()
  state(30_000, 300_000)
  expect((heap() - before) / 2 ** 20).toBeLessThan(2)
  expect(checking.finish(3e8, true).filter(({ pass }) => pass === false)).toEqual([])
})
