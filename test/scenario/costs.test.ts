// The `costs` of a scenario: what they say of the variants, and what is wrong with them.

import { describe, expect, test } from 'vitest'
import { ScenarioError } from '../../src/errors.ts'
import { newChecker } from '../../src/scenario/check/check.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { parts } from '../../src/scenario/parts.ts'
import type { ScenarioFile } from '../../src/scenario/scenario.ts'

const checker = newChecker(parts)

const scenario = (costs: string, more = ''): string => `name: s
hosts: { box: { cores: 4 } }
coordinators: { a: { kind: raft-election, on: box, count: 3, members: a } }
${costs}
${more}
measure: { duration: 1s }
`

function load(files: Readonly<Record<string, string>>, sets: readonly string[] = []): ScenarioFile {
  const read = (path: string) => {
    if (path in files) return files[path]!
    throw Object.assign(new Error(path), { code: 'ENOENT' })
  }
  return loadScenario('in/s.yaml', { checker, read, sets })
}

const costsOf = (file: ScenarioFile, variant = 0) => file.variants[variant]!.scenario.costs

/** What is wrong, without the excerpts and the names of all operations there are. */
function mistakes(files: Readonly<Record<string, string>>, sets: readonly string[] = []): string[] {
  try {
    load(files, sets)
  } catch (error) {
    if (error instanceof ScenarioError)
      return error.mistakes.map(({ place, message, hint }) =>
        [
          place ? `${place.file}:${place.line}: ` : '',
          message.replace(/(unknown operation: .*); known: .*/, '$1'),
          hint ? ` | ${hint}` : '',
        ].join(''),
      )
    throw error
  }
  return []
}

const TABLE = JSON.stringify({
  name: 'mine',
  provenance: { date: '2026-01-01', anything: [1, { else: null }] },
  entries: {
    vote: {
      size: 'members',
      growth: 'n^2',
      points: [
        [3, 100],
        [9, 900.5, 1200],
      ],
      samples: 64,
    },
    brew: 5000,
  },
})
const AT = { 'in/t.json': TABLE }

describe('what they say', () => {
  test('nothing: the nominal table', () => {
    expect(costsOf(load({ 'in/s.yaml': scenario('') }))).toBeUndefined()
  })

  test('a table beside the scenario, a scale, and single operations', () => {
    const costs = 'costs: { table: ./t.json, scale: 2, operations: { vote: 3ms, raft-election/x: 1us } }'
    expect(costsOf(load({ 'in/s.yaml': scenario(costs), ...AT }))).toEqual({
      table: {
        name: 'mine',
        entries: {
          vote: {
            size: 'members',
            growth: 'n^2',
            points: [
              [3, 100],
              [9, 900.5, 1200],
            ],
            samples: 64,
          },
          brew: { growth: '1', points: [[1, 5000]] },
        },
      },
      scale: 2,
      operations: { vote: 3e6, 'raft-election/x': 1000 },
    })
  })

  test('the table stands in what the hash covers, but for where it comes from', () => {
    const files = { 'in/s.yaml': scenario('costs: { table: t.json }') }
    const { resolved } = load({ ...files, ...AT })
    const other = TABLE.replace('2026-01-01', '2027-01-01')
    expect(load({ ...files, 'in/t.json': other }).resolved).toEqual(resolved)
    expect(resolved.costs).toMatchObject({ table: { name: 'mine', entries: { brew: 5000 } } })
    const dearer = TABLE.replace('5000', '5001')
    expect(load({ ...files, 'in/t.json': dearer }).resolved).not.toEqual(resolved)
  })

  test('what is resolved is a scenario that says the same', () => {
    const file = load({ 'in/s.yaml': scenario('costs: { table: t.json }'), ...AT })
    const again = load({ 'in/s.yaml': JSON.stringify(file.resolved) })
    expect(costsOf(again)).toEqual(costsOf(file))
  })

  test('paths of a base are relative to the base, those of the command line to the working directory', () => {
    const base = scenario('costs: { table: t.json }')
    const extending = { 'in/s.yaml': 'extends: ../base/b.yaml\nname: s', 'base/b.yaml': base }
    expect(costsOf(load({ ...extending, 'base/t.json': TABLE }))?.table?.name).toBe('mine')
    expect(costsOf(load({ 'in/s.yaml': base, 't.json': TABLE }, ['costs.table=t.json']))?.table?.name).toBe(
      'mine',
    )
  })

  test('the scale may be an axis', () => {
    const file = load({ 'in/s.yaml': scenario('', 'matrix: { costs.scale: [1, 2] }') })
    expect([0, 1].map((i) => costsOf(file, i)?.scale)).toEqual([1, 2])
  })
})

describe('what is wrong', () => {
  const of = (costs: string, table = TABLE) => mistakes({ 'in/s.yaml': scenario(costs), 'in/t.json': table })

  test('keys, scales and operations, each in its place', () => {
    expect(of('costs: { tabel: t.json, scale: 0, operations: { message/send: 5 } }')).toMatchInlineSnapshot(`
      [
        "in/s.yaml:4: unknown key: tabel; known: table, scale, operations | did you mean "table"?",
        "in/s.yaml:4: invalid scale: 0; expected 0.000001 to 1000000",
        "in/s.yaml:4: invalid message/send: 5; expected a duration with its unit, such as 250us, 20ms, 1.5s, 10min or 2h | did you mean "5ms"?",
      ]
    `)
    expect(of('costs: { operations: { message/sent: 5us, raft-electoin: 3ms } }')).toMatchInlineSnapshot(`
      [
        "in/s.yaml:4: unknown operation: message/sent | did you mean "message/send"?",
        "in/s.yaml:4: unknown operation: raft-electoin | did you mean "raft-election"?",
      ]
    `)
    expect(of('costs: 3')).toMatchInlineSnapshot(`
      [
        "in/s.yaml:4: invalid costs: 3; expected a mapping of table, scale, operations",
      ]
    `)
  })

  test('a table that is not there, or is no table', () => {
    expect(of('costs: { table: x.json }')).toMatchInlineSnapshot(`
      [
        "in/s.yaml:4: cannot read in/x.json: no such file",
      ]
    `)
    expect(of('costs: { table: t.json }', '{}')).toMatchInlineSnapshot(`
      [
        "in/s.yaml:4: missing entries (a mapping from operations to entries): what each operation costs",
      ]
    `)
    expect(of('costs: { table: t.json }', '[1]')).toMatchInlineSnapshot(`
      [
        "in/t.json:1: a scenario is a mapping, not a list | such as name: my-scenario",
      ]
    `)
    expect(of('costs: { table: 3 }')).toMatchInlineSnapshot(`
      [
        "in/s.yaml:4: invalid table: 3; expected a mapping of name, provenance, entries",
      ]
    `)
    expect(of('costs: { table: "" }')).toMatchInlineSnapshot(`
      [
        "in/s.yaml:4: invalid table: ; expected the path of a JSON file, such as ./my-costs.json",
      ]
    `)
    expect(
      mistakes({ 'in/s.yaml': scenario('', 'matrix: { costs.table: [t.json, u.json] }'), ...AT }),
    ).toMatchInlineSnapshot(`
      [
        "in/s.yaml:5: invalid table: t.json; expected the path of a JSON file with a cost table, such as ./my-costs.json, written out (in variant costs.table=t.json)",
        "in/s.yaml:5: invalid table: u.json; expected the path of a JSON file with a cost table, such as ./my-costs.json, written out (in variant costs.table=u.json)",
      ]
    `)
  })

  test('entries of a table, in the table’s own file', () => {
    const table = `{ "entries": {
      "a": { "growth": "n^4", "points": [[1, 2]] },
      "b": { "growth": "n", "points": [[2, 1], [1, 2]] },
      "c": { "growth": "n", "points": [] },
      "d": { "growth": "n", "points": [[1]] },
      "e": { "growth": "n", "points": [[1, -1]] },
      "f": { "points": [[1, 1]], "groth": 1 },
      "g": -1,
      "h": "fast",
      "i j": 1 } }`
    expect(of('costs: { table: t.json }', table)).toMatchInlineSnapshot(`
      [
        "in/t.json:2: invalid growth: n^4; expected 1, n, n log n, n^2, n^3",
        "in/t.json:3: sizes must grow from point to point: 1 comes after 2",
        "in/t.json:4: no points; expected at least one: [size, nanoseconds]",
        "in/t.json:5: invalid points[0]: a list; expected [size, nanoseconds] or [size, nanoseconds, p99], numbers from 0 to 2^53",
        "in/t.json:6: invalid points[0]: a list; expected [size, nanoseconds] or [size, nanoseconds, p99], numbers from 0 to 2^53",
        "in/t.json:7: missing growth (1, n, n log n, n^2, n^3): how the cost grows beyond the last point",
        "in/t.json:7: unknown key: groth; known: size, growth, points, samples | did you mean "growth"?",
        "in/t.json:8: invalid g: -1; expected nanoseconds, or a mapping of size, growth, points, samples",
        "in/t.json:9: invalid h: fast; expected nanoseconds, or a mapping of size, growth, points, samples",
      ]
    `)
  })

  test('sizes that nobody needs', () => {
    const points = JSON.stringify(Array.from({ length: 1001 }, (_, i) => [i, i]))
    expect(
      of('costs: { table: t.json }', `{ "entries": { "a": { "growth": "1", "points": ${points} } } }`),
    ).toEqual(['in/t.json:1: invalid points: 1001 entries; expected at most 1000'])
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`o${i}`, i])))
    expect(of('costs: { table: t.json }', `{ "entries": ${many} }`)).toEqual([
      'in/t.json:1: 10001 entries; expected at most 10000',
    ])
    const deep = `${'['.repeat(100)}${']'.repeat(100)}`
    expect(of('costs: { table: t.json }', `{ "provenance": ${deep}, "entries": {} }`)).toEqual([
      expect.stringContaining('nested more than 64 deep'),
    ])
    expect(of('costs: { table: t.json }', '{ "entries": { "a": 1e999 } }')).toEqual([
      expect.stringContaining('invalid number'),
    ])
  })
})
