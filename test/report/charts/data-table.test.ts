import { describe, expect, test } from 'vitest'
import { tableOf } from '../../../src/report/charts/data-table.ts'
import { CHARTS } from '../../../src/report/charts/registry.ts'
import { SAMPLES } from '../sample-results.ts'

describe.each(Object.entries(SAMPLES))('the tables of %s', (_, sample) => {
  const drawings = CHARTS.flatMap((chart) => chart.draw(sample()))

  test('have a name of its own over each column, and a cell for each', () => {
    for (const { name, ...drawing } of drawings) {
      const { columns, rows } = tableOf(drawing)
      expect(columns.length, name).toBeGreaterThan(1)
      expect(new Set(columns).size, name).toBe(columns.length)
      expect(rows.length, name).toBeGreaterThan(0)
      for (const row of rows) expect(row.length, name).toBe(columns.length)
    }
  })
})

describe('what a specification shows', () => {
  const scale = { title: 'latency (ms)' }
  const rows = [{ x: 1, value: 2, low: 1, high: 3, hidden: 9 }]

  test('stands below the titles of its axes, with their unit; what is not shown is left out', () => {
    const spec = {
      data: { values: rows },
      layer: [
        {
          mark: 'point',
          encoding: { x: { field: 'x', axis: { title: 'workers' } }, y: { field: 'value', axis: scale } },
        },
        { mark: { type: 'rule' }, encoding: { y: { field: 'low', axis: scale }, y2: { field: 'high' } } },
      ],
    }
    expect(tableOf({ spec })).toEqual({
      columns: ['workers', 'latency (ms)', 'low (ms)', 'high (ms)'],
      rows: [[1, 2, 1, 3]],
    })
  })

  test('of several lists has the mark that shows each', () => {
    const layer = [
      { data: { values: [{ p: 1, factor: 1 }] }, mark: { type: 'line' } },
      { data: { values: [{ p: 2, factor: null }] }, mark: 'point' },
    ].map((each) => ({ ...each, encoding: { x: { field: 'p' }, y: { field: 'factor' } } }))
    expect(tableOf({ spec: { layer } })).toEqual({
      columns: ['drawn as', 'p', 'factor'],
      rows: [
        ['line', 1, 1],
        ['point', 2, null],
      ],
    })
  })

  test('a table of its own comes first', () => {
    const table = { columns: ['a'], rows: [[1]] }
    expect(tableOf({ table, spec: { data: { values: rows }, mark: 'point', encoding: {} } })).toBe(table)
  })
})
