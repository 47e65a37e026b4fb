import { expect, test } from 'vitest'
import { lostSpeedup } from '../../../src/report/findings/lost-speedup.ts'
import type { Attribution, Speedup } from '../../../src/results/result.ts'
import { resultOf, variantOf } from './made.ts'

const NOTHING = { contention: 0, serial: 0, network: 0, coherency: 0, stragglers: 0, idle: 0, down: 0 }

const speedup = (mode: string, useful: number, lost: Partial<Attribution['lost']>): Speedup => ({
  axis: 'agents',
  metric: 'throughput',
  where: { mode },
  points: [
    [1, 1, 1],
    [54, 54 * useful, 54 * useful],
  ],
  attribution: [
    { useful: 1, lost: NOTHING },
    { useful, lost: { ...NOTHING, ...lost } },
  ],
  amdahl: null,
  gustafson: null,
  usl: null,
})

const said = (...speedups: readonly Speedup[]) =>
  lostSpeedup(resultOf([variantOf({ parameters: { agents: 54, mode: 'a' } })], {}, { speedups })).map(
    ({ text }) => text,
  )

test('what the workers lose at the end of the axis, by its largest cause, and where that is another', () => {
  expect(
    said(
      speedup('a', 0.2, { serial: 0.6, network: 0.2 }),
      speedup('b', 0.25, { serial: 0.75 }),
      speedup('c', 0.5, { contention: 0.5 }),
    ),
  ).toEqual([
    'At agents=54, 80 % of the workers’ time is lost (mode=a), 75 % of it waiting for the coordinator or another serial part. Elsewhere it is waiting for cores and for services that all share (mode=c).',
  ])
})

test('idle time is nobody’s loss, and a little loss is not told', () => {
  expect(said(speedup('a', 0.2, { idle: 0.8 }), speedup('b', 0.9, { serial: 0.1 }))).toEqual([])
})
