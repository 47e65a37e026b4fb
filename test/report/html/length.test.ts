// How long a page is: what matters most stands open, the rest is to be opened.

import { expect, test } from 'vitest'
import { metricsSection } from '../../../src/report/html/metrics.ts'
import { checksSection } from '../../../src/report/html/verdict.ts'
import type { Check, Result } from '../../../src/results/result.ts'
import { metric, queueing } from '../sample-results.ts'

const withMetrics = (count: number): Result => {
  const metrics = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`metric.${i}`, metric(i, 'number', `what ${i} is`)]),
  )
  return { ...queueing(), variants: [{ ...queueing().variants[0]!, metrics }] }
}
/** Rows before anything that is to be opened, and in all. */
const rowsOf = (html: string): readonly number[] =>
  [html.split('<details')[0]!, html].map((part) => part.split('<th scope="row">').length - 1)

test('of many figures those that matter most stand open, and all are there', () => {
  expect(rowsOf(metricsSection(withMetrics(20))!.text)).toEqual([20, 20])
  const [open, all] = rowsOf(metricsSection(withMetrics(300))!.text)
  expect(open).toBeGreaterThan(5)
  expect(open).toBeLessThan(13)
  expect(all).toBe(300 + open!)
  expect(metricsSection(withMetrics(300))!.text).toContain('<summary>All 300 metrics</summary>')
})

test('checks that passed stand open where they are few, and no other check does', () => {
  const checked = (count: number, ...more: readonly Check[]): string => {
    const passed = Array.from({ length: count }, (_, i): Check => {
      return { name: `check ${i}`, kind: 'law', pass: true, detail: 'as it should be' }
    })
    return checksSection({
      ...queueing(),
      variants: [{ ...queueing().variants[0]!, checks: [...passed, ...more] }],
    })!.text
  }
  expect(checked(3)).toContain('<details data-open="passed" open>')
  expect(checked(30)).toContain('<details data-open="passed"><summary>30 checks passed')
  expect(checked(3, { name: 'other', kind: 'law', pass: false, detail: 'no' })).not.toContain(' open>')
})
