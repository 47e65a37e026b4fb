import { expect, test } from 'vitest'
import { createProgress, progressText } from '../../src/report/progress.ts'

function watched() {
  const written: string[] = []
  let time = 0
  const progress = createProgress({
    write: (text) => written.push(text),
    now: () => time,
    columns: 40,
    label: 'swarm\u001b[2J',
  })
  const at = (ms: number, done: number) => {
    time = ms
    progress.update(done, 360)
  }
  return { written, progress, at }
}

test('the time left is that of the runs done, for the runs to do', () => {
  // 120 of 360 in 6 s: 50 ms a run, 240 to do: 12 s.
  expect(progressText(120, 360, 6000)).toBe('120/360 runs, 33 %, 12 s left')
  // 1 of 1000 in 1 s: 999 s, 16.65 min.
  expect(progressText(1, 1000, 1000)).toBe('1/1,000 runs, 0 %, 17 min left')
  expect(progressText(0, 10, 5000)).toBe('0/10 runs, 0 %')
  expect(progressText(10, 10, 5000)).toBe('10/10 runs, 100 %')
  expect(progressText(0, 0, 0)).toBe('0/0 runs, 100 %')
})

test('the line is written over itself, at most ten times a second, and at the end', () => {
  const { written, at } = watched()
  at(0, 0)
  at(50, 1)
  at(99, 2)
  at(100, 3)
  at(101, 360)
  expect(written).toHaveLength(3)
  for (const text of written) expect(text).toMatch(/^\r\P{Cc}*\p{Cc}\[K$/u)
})

test('it fits the terminal, and a label cannot move the cursor', () => {
  const { written, at } = watched()
  at(0, 1)
  expect(written[0]!.slice(1, -3).length).toBeLessThan(40)
  expect(written[0]!.slice(1, -3)).not.toContain('\u001b')
})

test('it goes away, once, and only if it was there', () => {
  const { written, progress, at } = watched()
  progress.clear()
  expect(written).toEqual([])
  at(0, 1)
  progress.clear()
  progress.clear()
  expect(written.slice(1)).toEqual(['\r\u001b[K'])
})
