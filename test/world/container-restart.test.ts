// Docker's back-off between restarts, and which ends are followed by one.

import { expect, test } from 'vitest'
import { minutes, ms, seconds } from '../../src/units.ts'
import { Restarts, restartPolicy } from '../../src/world/container-restart.ts'

const delays = (restarts: Restarts, lives: readonly number[], exitCode = 1) =>
  lives.map((life) => restarts.after(life, exitCode))

test('the delay doubles from 100 ms to a minute and stays there', () => {
  const restarts = new Restarts(restartPolicy('always'))
  expect(
    delays(
      restarts,
      Array.from({ length: 13 }, () => ms(10)),
    ),
  ).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000, 60_000].map(ms))
})

test('after a life of ten seconds it is 100 ms again, and doubles from there', () => {
  const restarts = new Restarts(restartPolicy('unless-stopped'))
  expect(delays(restarts, [0, 0, 0, seconds(10) - 1, seconds(10), 0])).toEqual(
    [100, 200, 400, 800, 100, 200].map(ms),
  )
})

test('whoever starts it by hand starts the delay anew', () => {
  const restarts = new Restarts(restartPolicy('on-failure:2'))
  expect(delays(restarts, [0, 0, 0])).toEqual([ms(100), ms(200), undefined])
  restarts.reset()
  expect(delays(restarts, [0, 0, 0])).toEqual([ms(100), ms(200), undefined])
})

test('only always and unless-stopped follow an end without failure, and no follows none', () => {
  const after = (policy: string, exitCode: number) =>
    new Restarts(restartPolicy(policy)).after(minutes(1), exitCode) !== undefined
  const policies = ['no', 'on-failure', 'on-failure:1', 'always', 'unless-stopped']
  expect(policies.map((policy) => after(policy, 0))).toEqual([false, false, false, true, true])
  expect(policies.map((policy) => after(policy, 1))).toEqual([false, true, true, true, true])
})

test('when the host is back, what was stopped by hand stays down but for always', () => {
  const boots = (stopped: boolean, exitCode: number) =>
    ['no', 'on-failure', 'always', 'unless-stopped'].map((policy) =>
      new Restarts(restartPolicy(policy)).atBoot(stopped, exitCode),
    )
  expect(boots(false, 255)).toEqual([false, true, true, true])
  expect(boots(true, 143)).toEqual([false, false, true, false])
  expect(boots(false, 0)).toEqual([false, false, true, true])
})
