// Transactions to PostgreSQL. A request is a whole transaction: its statements, in their order, and what they gave.

import type { Nanos } from '../../units.ts'
import type { Message, Request } from '../env.ts'

export type SqlValue = string | number | null

export type SqlStatement =
  /** One row by its key; `lock`: as SELECT … FOR UPDATE. */
  | { readonly op: 'read'; readonly key: string; readonly lock?: boolean }
  /** Sets one row, which is locked until the transaction ends. */
  | { readonly op: 'write'; readonly key: string; readonly value: SqlValue }
  /** `SET n = n + by`, under the row's lock; what is no number counts as 0. */
  | { readonly op: 'add'; readonly key: string; readonly by: number }
  /** Reads so many rows one after the other. */
  | { readonly op: 'scan'; readonly rows: number }

export interface SqlRequest extends Request<SqlReply> {
  readonly kind: 'sql'
  readonly statements: readonly SqlStatement[]
  /** Opens a connection for this transaction alone. Default: one of the caller's that is idle, a new one where none is. */
  readonly connect?: boolean
  /** The client's round trip between two statements. Default 0: they are sent together. */
  readonly pause?: Nanos
}

export interface SqlReply extends Message {
  readonly kind: 'sql.reply'
  /** For each statement: the row read, 1 for a row set, the sum of an `add`, the number of rows scanned. */
  readonly results: readonly SqlValue[]
}

/** One transaction. */
export const sql = (...statements: readonly SqlStatement[]): SqlRequest => ({ kind: 'sql', statements })
