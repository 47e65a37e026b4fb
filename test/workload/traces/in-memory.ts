// A trace of a test: its text handed out in pieces of a given size, as a file would be.

import { ScenarioError } from '../../../src/errors.ts'
import type { TraceFile } from '../../../src/workload/traces/trace-file.ts'
import { type TraceOptions, TraceReader, type TraceRow } from '../../../src/workload/traces/trace-reader.ts'

export interface MemoryFile extends TraceFile {
  closed: boolean
}

export function inMemory(text: string, pieceBytes = 1 << 16): MemoryFile {
  const bytes = Buffer.from(text)
  let position = 0
  return {
    name: 'test.csv',
    closed: false,
    read(into, offset, length) {
      const piece = bytes.subarray(position, position + Math.min(length, pieceBytes))
      into.set(piece, offset)
      position += piece.length
      return piece.length
    },
    close() {
      this.closed = true
    },
  }
}

export const readAll = (text: string, options?: TraceOptions, pieceBytes?: number): TraceRow[] =>
  rowsOf(new TraceReader(inMemory(text, pieceBytes), options))

export function rowsOf(reader: TraceReader): TraceRow[] {
  const rows: TraceRow[] = []
  for (let row = reader.next(); row; row = reader.next()) rows.push(row)
  return rows
}

/** The mistakes that an action is refused for. */
export function mistakesOf(action: () => unknown) {
  try {
    action()
  } catch (error) {
    if (error instanceof ScenarioError) return error.mistakes
    throw error
  }
  throw new Error('nothing was refused')
}
