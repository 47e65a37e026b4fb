// A trace of real requests, a row at a time: when each came and how long its prompt and its answer were. In flat memory,
// whatever the length. Everything is checked; what is wrong is named with its line and column, all of a row's mistakes at once.

import { type Mistake, quote, ScenarioError } from '../../errors.ts'
import type { Nanos } from '../../units.ts'
import { type CsvRecord, fieldsOf, placeOfField, RecordReader } from './record-reader.ts'
import { type ColumnIndexes, findColumns, type TraceColumns } from './trace-columns.ts'
import type { TraceFile } from './trace-file.ts'
import { expectedTime, type Instant, nanosBetween, parseTime, type TimeUnit } from './trace-time.ts'

/** One request; what the trace does not tell is left out. */
export interface TraceRow {
  /** Since the first row that is not skipped. */
  readonly at: Nanos
  readonly promptTokens?: number
  readonly outputTokens?: number
  /** Requests of the same conversation, or with the same system prompt. */
  readonly prefix?: string
}

export interface TraceOptions {
  /** Default: Azure's. */
  readonly columns?: TraceColumns | undefined
  /** Default: `timestamp` for Azure's columns, `s` for others. */
  readonly timeUnit?: TimeUnit | undefined
  /** How many rows to leave out at the beginning; default 0. */
  readonly skip?: number | undefined
  /** How many rows to read at most; default all. */
  readonly limit?: number | undefined
}

const MAX_TOKENS = /^\d{1,9}$/

export class TraceReader {
  readonly #file: TraceFile
  readonly #records: RecordReader
  readonly #columns: ColumnIndexes
  readonly #unit: TimeUnit
  readonly #skip: number
  readonly #limit: number
  #seen = 0
  #ended = false
  #first: Instant | undefined
  /** The time of the row before, as written and as read. */
  #last: Instant | undefined
  #lastText = ''

  /** Takes the file over and closes it at the end. Throws ScenarioError for a header that does not fit. */
  constructor(file: TraceFile, options: TraceOptions = {}) {
    this.#file = file
    this.#unit = options.timeUnit ?? (options.columns ? 's' : 'timestamp')
    this.#skip = options.skip ?? 0
    this.#limit = this.#skip + (options.limit ?? Number.POSITIVE_INFINITY)
    this.#records = new RecordReader(file)
    this.#columns = this.#orClose(() => {
      const header = this.#records.next()
      if (!header) throw this.#tooShort('an empty file')
      return findColumns(header, options.columns)
    })
  }

  get name(): string {
    return this.#file.name
  }

  /**
   * The next row; `undefined` at the end. Throws ScenarioError for a row that is wrong, and goes on after it when asked again;
   * also for a trace without rows, or with no more than are skipped.
   */
  next(): TraceRow | undefined {
    while (!this.#ended && this.#seen < this.#limit) {
      const record = this.#orClose(() => this.#records.next())
      if (!record) {
        this.close()
        if (this.#seen <= this.#skip) throw this.#tooShort(`${this.#seen || 'no'} rows`)
        break
      }
      this.#seen++
      const row = this.#read(record)
      if (this.#seen > this.#skip) return row
    }
    this.close()
    return undefined
  }

  /** Ends the reading; does nothing when it has ended. */
  close(): void {
    this.#ended = true
    this.#file.close()
  }

  #read(record: CsvRecord): TraceRow {
    const columns = this.#columns
    const fields = fieldsOf(record.text)
    if (fields.length !== columns.count)
      throw new ScenarioError([
        {
          message: `invalid row: ${fields.length} fields; expected ${columns.count}, as the header has`,
          ...placeOfField(record, Math.min(fields.length, columns.count)),
          hint: 'mend the line or delete it; a field with a comma in it needs quotes',
        },
      ])
    const mistakes: Mistake[] = []
    const at = this.#time(record, fields[columns.at]!.trim(), mistakes)
    const promptTokens = this.#tokens(record, fields, columns.promptTokens, mistakes)
    const outputTokens = this.#tokens(record, fields, columns.outputTokens, mistakes)
    if (mistakes.length > 0) throw new ScenarioError(mistakes)
    const prefix = columns.prefix === -1 ? '' : fields[columns.prefix]!
    return {
      at,
      ...(promptTokens === undefined ? {} : { promptTokens }),
      ...(outputTokens === undefined ? {} : { outputTokens }),
      ...(prefix === '' ? {} : { prefix }),
    }
  }

  #time(record: CsvRecord, text: string, mistakes: Mistake[]): Nanos {
    const instant = parseTime(text, this.#unit)
    const wrong = (expected: string, hint: string) => {
      const name = this.#columns.names[this.#columns.at]
      mistakes.push({
        message: `invalid ${name}: ${quote(text) || 'nothing'}; expected ${expected}`,
        ...placeOfField(record, this.#columns.at),
        hint,
      })
      return 0
    }
    if (!instant) return wrong(expectedTime(this.#unit), 'mend the line, or say what it is in by time-unit')
    if (this.#last && nanosBetween(this.#last, instant) < 0)
      return wrong(`no time before that of the row above, ${this.#lastText}`, 'sort the rows by their time')
    this.#last = instant
    this.#lastText = text
    if (this.#seen > this.#skip) this.#first ??= instant
    const at = this.#first ? nanosBetween(this.#first, instant) : 0
    if (at > Number.MAX_SAFE_INTEGER)
      return wrong('at most 104 days after the first row', 'replay a part of it, with skip and limit')
    return at
  }

  #tokens(
    record: CsvRecord,
    fields: readonly string[],
    column: number,
    mistakes: Mistake[],
  ): number | undefined {
    if (column === -1) return undefined
    const text = fields[column]!.trim()
    if (!MAX_TOKENS.test(text))
      mistakes.push({
        message: `invalid ${this.#columns.names[column]}: ${quote(text) || 'nothing'}; expected a whole number of tokens, up to 999,999,999`,
        ...placeOfField(record, column),
        hint: 'mend the line or delete it',
      })
    return Number(text)
  }

  /** What cannot be read on from closes the file. */
  #orClose<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      this.close()
      throw error
    }
  }

  #tooShort(found: string): ScenarioError {
    const expected =
      this.#skip > 0 ? `more than the ${this.#skip} that are skipped` : 'a header and at least one row'
    return new ScenarioError([
      {
        message: `invalid trace: ${found}; expected ${expected}`,
        place: { file: this.#file.name, line: 1, column: 1 },
        hint: this.#skip > 0 ? 'lower skip, or name a longer trace' : 'name another trace',
      },
    ])
  }
}
