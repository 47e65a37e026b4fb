// Transactions to PostgreSQL, drawn from a mix of statements. In a key, {row} stands for a row's number, the same for the same
// table all through a transaction, and {other} for another one of that table. Rows are equally likely; left out: a hot set.

import type { SqlRequest, SqlStatement } from '../../env/clients/postgres.ts'
import { quote, ScenarioError } from '../../errors.ts'
import { weighted } from '../../kernel/distributions/weighted.ts'
import type { RandomStream } from '../../kernel/random.ts'
import {
  bytes,
  choice,
  count,
  duration,
  flag,
  list,
  number,
  optional,
  record,
  text,
  type Values,
} from '../../parameters.ts'
import { MiB } from '../../units.ts'
import { defineRequest } from './request-kind.ts'

const statement = {
  op: choice(['read', 'lock', 'write', 'add', 'scan'], {
    meaning:
      'reads a row, reads and locks it (FOR UPDATE), sets it, adds to it, or reads many one after the other',
  }),
  key: optional(
    text({ meaning: 'of one row, such as accounts:{row} or accounts:{other}; or none, of a row for all' }),
  ),
  rows: count({
    meaning: 'how many rows the table has, or a scan reads',
    default: 1,
    min: 1,
    max: 2 ** 32,
  }),
  by: number({ meaning: 'what is added', default: 1 }),
  valueBytes: bytes({ meaning: 'size of what is set', default: 100, max: 64 * MiB }),
} as const

export const sql = defineRequest({
  name: 'sql',
  meaning: 'a transaction to PostgreSQL, drawn from a mix',
  parameters: {
    mix: list(
      record(
        {
          statements: list(record(statement, { meaning: 'a statement' }), {
            meaning: 'its statements, in their order; with several, BEGIN and COMMIT are sent too',
            max: 1000,
          }),
          weight: number({ meaning: 'how often it is drawn, relative to the others', default: 1, min: 0 }),
        },
        { meaning: 'one of the transactions' },
      ),
      { meaning: 'the transactions', max: 1000 },
    ),
    connect: flag({
      meaning: 'whether each transaction opens a connection of its own, or they are kept and used again',
      default: false,
    }),
    pause: duration({
      meaning: "the client's round trip between two statements; 0: they are sent together",
      default: 0,
    }),
  },
  create({ mix, connect, pause }, streams) {
    if (mix.length === 0) throw new ScenarioError('invalid mix: no transaction; expected at least one')
    const transactions = mix.map(({ statements }) => {
      if (statements.length === 0)
        throw new ScenarioError('invalid statements: none; expected at least one { op, key }')
      return statements.map(templateOf)
    })
    const { draw } = weighted(mix.map(({ weight }) => weight))
    const choice = streams('transaction')
    const random = streams('row')
    return (): SqlRequest => {
      const rows = new Map<string, Drawn>()
      const statements = transactions[draw(choice)]!.map((fill) => fill(rows, random))
      return {
        kind: 'sql',
        statements,
        ...(connect ? { connect } : {}),
        ...(pause > 0 ? { pause } : {}),
      }
    }
  },
})

type Statement = Values<typeof statement>

/** The rows of a table that a transaction is about. */
interface Drawn {
  readonly row: number
  other: number | undefined
}

type Template = (rows: Map<string, Drawn>, random: RandomStream) => SqlStatement

const PLACEHOLDER = /\{([^{}]*)\}/g

/** A statement whose rows are to be drawn. */
function templateOf({ op, key, rows, by, valueBytes }: Statement): Template {
  if (op === 'scan') {
    if (key !== undefined)
      throw new ScenarioError(`invalid key: ${quote(key)} of a scan; expected none, only rows`)
    return () => ({ op, rows })
  }
  if (key === undefined)
    throw new ScenarioError(`missing key of a ${op}; expected a row's, such as accounts:{row}`)
  for (const [, name] of key.matchAll(PLACEHOLDER)) {
    if (name !== 'row' && name !== 'other')
      throw new ScenarioError(
        `invalid key: ${quote(key)}: unknown placeholder {${quote(name)}}; known: {row}, {other}`,
      )
    if (name === 'other' && rows < 2)
      throw new ScenarioError(`invalid rows: ${rows} with {other} in ${quote(key)}; expected at least 2`)
  }
  const value = 'x'.repeat(valueBytes)
  const statementOf = (filled: string): SqlStatement => {
    switch (op) {
      case 'lock':
        return { op: 'read', key: filled, lock: true }
      case 'read':
        return { op, key: filled }
      case 'write':
        return { op, key: filled, value }
      case 'add':
        return { op, key: filled, by }
    }
  }
  const table = key.replaceAll(PLACEHOLDER, '{}')
  return (drawn, random) =>
    statementOf(key.replaceAll(PLACEHOLDER, (_, name) => String(rowOf(drawn, table, rows, name, random))))
}

function rowOf(
  drawn: Map<string, Drawn>,
  table: string,
  rows: number,
  name: string,
  random: RandomStream,
): number {
  let pair = drawn.get(table)
  if (!pair) {
    pair = { row: random.integer(rows), other: undefined }
    drawn.set(table, pair)
  }
  if (name === 'row') return pair.row
  if (pair.other === undefined) {
    const other = random.integer(rows - 1)
    pair.other = other < pair.row ? other : other + 1
  }
  return pair.other
}
