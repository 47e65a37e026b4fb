import { expect, test } from 'vitest'
import type { SqlRequest } from '../../../src/env/clients/postgres.ts'
import { sql } from '../../../src/workload/requests/sql.ts'
import { drawn, share, streams } from './drawn.ts'

type Op = 'read' | 'lock' | 'write' | 'add' | 'scan'
const statement = (op: Op, key: string | undefined, rows = 1) => ({ op, key, rows, by: 3, valueBytes: 2 })
const values = (...mix: { statements: ReturnType<typeof statement>[]; weight: number }[]) => ({
  mix,
  connect: false,
  pause: 0,
})

test('transactions come by their weights, with rows equally likely', () => {
  const mix = [
    { statements: [statement('read', 'accounts:{row}', 10)], weight: 4 },
    { statements: [statement('scan', undefined, 500)], weight: 1 },
  ]
  const found = drawn<SqlRequest>(sql.create(values(...mix), streams('1')), 20_000)
  const reads = found.filter(({ statements }) => statements[0]!.op === 'read')
  // Standard error sqrt(0.8 · 0.2 / 20,000) = 0.003; of a row's share 0.1: 0.0024.
  expect(Math.abs(reads.length / found.length - 0.8)).toBeLessThan(0.015)
  for (let row = 0; row < 10; row++)
    expect(
      Math.abs(
        share(reads, ({ statements: [first] }) => first!.op === 'read' && first!.key === `accounts:${row}`) -
          0.1,
      ),
    ).toBeLessThan(0.013)
  expect(found.find(({ statements }) => statements[0]!.op === 'scan')!.statements).toEqual([
    { op: 'scan', rows: 500 },
  ])
})

test('a transaction means the same row of a table throughout, and another by {other}', () => {
  const statements = [
    statement('add', 'a:{row}', 3),
    statement('add', 'a:{other}', 3),
    statement('lock', 'a:{row}', 3),
    statement('write', 'fixed'),
    statement('read', 'b:{row}', 1000),
  ]
  const others = new Set<string>()
  for (const request of drawn<SqlRequest>(
    sql.create({ ...values({ statements, weight: 1 }), connect: true, pause: 5 }, streams('1')),
    200,
  )) {
    const [first, second, third, fourth, fifth] = request.statements as readonly { key: string }[]
    expect(request).toMatchObject({ kind: 'sql', connect: true, pause: 5 })
    expect(first).toMatchObject({ op: 'add', by: 3 })
    expect(second!.key).not.toBe(first!.key)
    expect(third).toEqual({ op: 'read', key: first!.key, lock: true })
    expect(fourth).toEqual({ op: 'write', key: 'fixed', value: 'xx' })
    expect(fifth!.key).toMatch(/^b:\d+$/)
    others.add(`${first!.key} ${second!.key}`)
  }
  // All six pairs of different rows.
  expect(others.size).toBe(6)
})

test('what does not go together is refused', () => {
  const create =
    (...statements: ReturnType<typeof statement>[]) =>
    () =>
      sql.create(values({ statements, weight: 1 }), streams('1'))
  expect(() => sql.create(values(), streams('1'))).toThrow(/invalid mix: no transaction/)
  expect(create()).toThrow(/invalid statements: none/)
  expect(create(statement('read', undefined))).toThrow(/missing key of a read; expected a row's/)
  expect(create(statement('scan', 'a'))).toThrow(/invalid key: a of a scan; expected none/)
  expect(create(statement('read', 'a:{rw}'))).toThrow(/unknown placeholder \{rw\}; known: \{row\}, \{other\}/)
  expect(create(statement('add', 'a:{other}', 1))).toThrow(/invalid rows: 1 with \{other\}/)
})
