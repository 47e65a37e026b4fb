// CSV (RFC 4180) as a stream of records in flat memory: quoted fields, with commas, doubled quotes and line ends in them;
// LF or CRLF; a byte order mark is passed over, and so are empty lines. UTF-8. A record is at most 64 KiB long.

import { type Mistake, ScenarioError } from '../../errors.ts'
import { KiB } from '../../units.ts'
import type { TraceFile } from './trace-file.ts'

export const MAX_RECORD_BYTES = 64 * KiB
const NEWLINE = 10
const RETURN = 13

/** One record as written, and where it begins. */
export interface CsvRecord {
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  readonly text: string
}

export class RecordReader {
  readonly #file: TraceFile
  /** Room for a longest record and one more piece of the file after it. */
  readonly #buffer = Buffer.allocUnsafe(2 * MAX_RECORD_BYTES)
  #start = 0
  #end = 0
  #atEnd = false
  #lines = 0

  constructor(file: TraceFile) {
    this.#file = file
  }

  /** The next record that is not empty; `undefined` at the end. Throws ScenarioError, after which there is no going on. */
  next(): CsvRecord | undefined {
    for (;;) {
      let text = this.#nextLine()
      if (text === undefined) return undefined
      const line = this.#lines
      if (line === 1 && text.charCodeAt(0) === 0xfeff) text = text.slice(1)
      if (text.includes('"')) text = this.#untilClosed(text, line)
      if (text !== '') return { file: this.#file.name, line, text }
    }
  }

  /** Adds lines to one whose quote is still open. */
  #untilClosed(first: string, line: number): string {
    const lines = [first]
    let open = oddQuotes(first)
    let length = first.length
    while (open) {
      const more = this.#nextLine()
      if (more === undefined || length > MAX_RECORD_BYTES)
        throw new ScenarioError([
          {
            message: 'invalid record: a quote is opened and not closed; expected a second "',
            ...placeOf({ file: this.#file.name, line, text: first }, first.lastIndexOf('"')),
            hint: 'a quote within a quoted field is written twice: ""',
          },
        ])
      lines.push(more)
      length += more.length
      if (oddQuotes(more)) open = !open
    }
    return lines.join('\n')
  }

  #nextLine(): string | undefined {
    let from = this.#start
    for (;;) {
      const newline = this.#buffer.indexOf(NEWLINE, from)
      if (newline !== -1 && newline < this.#end) return this.#take(newline, newline + 1)
      const length = this.#end - this.#start
      if (length > MAX_RECORD_BYTES) throw this.#tooLong()
      if (this.#atEnd) return length === 0 ? undefined : this.#take(this.#end, this.#end)
      this.#fill()
      from = this.#start + length
    }
  }

  #take(end: number, next: number): string {
    if (end - this.#start > MAX_RECORD_BYTES) throw this.#tooLong()
    const last = end > this.#start && this.#buffer[end - 1] === RETURN ? end - 1 : end
    const text = this.#buffer.toString('utf8', this.#start, last)
    this.#start = next
    this.#lines++
    return text
  }

  #fill(): void {
    this.#buffer.copyWithin(0, this.#start, this.#end)
    this.#end -= this.#start
    this.#start = 0
    const read = this.#file.read(this.#buffer, this.#end, MAX_RECORD_BYTES)
    this.#end += read
    this.#atEnd = read === 0
  }

  #tooLong(): ScenarioError {
    const start = this.#buffer.toString('utf8', this.#start, this.#start + 100)
    return new ScenarioError([
      {
        message: 'invalid record: longer than 64 KiB; expected a CSV file with one request a line',
        ...placeOf({ file: this.#file.name, line: this.#lines + 1, text: start }, 0),
        hint: 'is this a text file, and are its lines ended by a newline?',
      },
    ])
  }
}

const oddQuotes = (text: string): boolean => {
  let odd = false
  for (let i = text.indexOf('"'); i !== -1; i = text.indexOf('"', i + 1)) odd = !odd
  return odd
}

/** The fields of a record, without the quotes around them. */
export const fieldsOf = (text: string): readonly string[] =>
  text.includes('"') ? scan(text).fields : text.split(',')

/** Where a field stands, for a mistake; past the last field: where it should have been. */
export const placeOfField = (record: CsvRecord, index: number): Pick<Mistake, 'place' | 'excerpt'> =>
  placeOf(record, scan(record.text).starts[index] ?? record.text.length)

function placeOf({ file, line, text }: CsvRecord, offset: number): Pick<Mistake, 'place' | 'excerpt'> {
  const before = text.slice(0, offset).split('\n')
  return {
    place: { file, line: line + before.length - 1, column: before.at(-1)!.length + 1 },
    excerpt: text.split('\n')[before.length - 1]!,
  }
}

function scan(text: string): { fields: string[]; starts: number[] } {
  const fields: string[] = []
  const starts: number[] = []
  let at = 0
  for (;;) {
    starts.push(at)
    let field = ''
    for (let quotes = 0; text[at] === '"'; quotes++) {
      const next = text.indexOf('"', at + 1)
      const close = next === -1 ? text.length : next
      // Of two quotes in a row the second opens again and stands for itself.
      field += `${quotes === 0 ? '' : '"'}${text.slice(at + 1, close)}`
      at = close + 1
    }
    const comma = text.indexOf(',', at)
    fields.push(field + text.slice(at, comma === -1 ? undefined : comma))
    if (comma === -1) return { fields, starts }
    at = comma + 1
  }
}
