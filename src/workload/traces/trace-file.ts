// Where the bytes of a trace come from. The only file here that touches the file system.

import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { printable, ScenarioError } from '../../errors.ts'

/** A file as the reader needs it: read from front to back, once, a piece at a time. */
export interface TraceFile {
  /** As the user named it, for messages. */
  readonly name: string
  /** Reads up to `length` bytes into the buffer from `offset` on; 0 at the end. */
  read(into: Uint8Array, offset: number, length: number): number
  /** Does nothing when closed already. */
  close(): void
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'reading it is not allowed',
}

/** Opens a file; `name` is what messages call it. Throws ScenarioError when it cannot be opened or read. */
export function openTraceFile(path: string, name: string = path): TraceFile {
  const refuse = (reason: string): never => {
    throw new ScenarioError([
      {
        message: `invalid trace: ${printable(name)}: ${reason}; expected a CSV file`,
        hint: 'a path in a scenario is taken from the folder of the scenario',
      },
    ])
  }
  const attempt = <T>(read: () => T): T => {
    try {
      return read()
    } catch (error) {
      return refuse(REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? String(error))
    }
  }
  // Opened without waiting: a pipe that nobody writes to would hold us for ever.
  const opened = attempt(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK))
  const kind = fstatSync(opened)
  if (!kind.isFile()) {
    closeSync(opened)
    refuse(kind.isDirectory() ? 'it is a folder' : 'it is a device or a pipe')
  }
  let descriptor: number | undefined = opened
  return {
    name,
    read: (into, offset, length) =>
      descriptor === undefined ? 0 : attempt(() => readSync(descriptor!, into, offset, length, null)),
    close() {
      if (descriptor === undefined) return
      closeSync(descriptor)
      descriptor = undefined
    },
  }
}

const PIECE_BYTES = 1 << 20
/** Beyond it a trace is known by what stands before: reading a terabyte to replay a hundred requests would be out of proportion. */
const MOST_HASHED_BYTES = 1 << 30

/** SHA-256 of what the file holds, of its first GiB at most: 16 hexadecimal digits. Throws ScenarioError as opening it does. */
export function hashOfTrace(path: string): string {
  const file = openTraceFile(path)
  try {
    const hash = createHash('sha256')
    const piece = new Uint8Array(PIECE_BYTES)
    for (let left = MOST_HASHED_BYTES; left > 0; ) {
      const read = file.read(piece, 0, Math.min(left, PIECE_BYTES))
      if (read === 0) break
      hash.update(piece.subarray(0, read))
      left -= read
    }
    return hash.digest('hex').slice(0, 16)
  } finally {
    file.close()
  }
}
