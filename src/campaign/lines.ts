// A file of JSON values, one a line as they come in. Whoever stops at any moment leaves whole lines and at most a torn one, which is
// left out.

import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { quote, ScenarioError } from '../errors.ts'

export class Lines {
  readonly path: string
  readonly #file: number

  /** Begins a file anew. */
  static begin(path: string, first: unknown): Lines {
    mkdirSync(dirname(path), { recursive: true })
    const lines = new Lines(path, openSync(path, 'w'))
    lines.add(first)
    return lines
  }

  /** Goes on with a file that `readLines` has read: after its last whole line. */
  static goOn(path: string): Lines {
    const bytes = readFileSync(path)
    const file = openSync(path, 'r+')
    ftruncateSync(file, bytes.lastIndexOf(10) + 1)
    closeSync(file)
    return new Lines(path, openSync(path, 'a'))
  }

  private constructor(path: string, file: number) {
    this.path = path
    this.#file = file
  }

  add(value: unknown): void {
    writeSync(this.#file, `${JSON.stringify(value)}\n`)
  }

  close(): void {
    closeSync(this.#file)
  }

  remove(): void {
    this.close()
    rmSync(this.path, { force: true })
  }
}

/** What a file of lines is to be. */
export interface Wanted {
  readonly schema: string
  /** `runs`. */
  readonly of: string
  /** Where it is another. */
  readonly hint: string
}

/**
 * The first line, which bears the schema, and the others; `undefined`: there is no such file, or nothing whole in it. Throws ScenarioError
 * for what is not JSON, or another file.
 */
export function readLines(path: string, { schema, of, hint }: Wanted) {
  if (!existsSync(path)) return undefined
  const text = readFileSync(path, 'utf8')
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  if (!lines[0]) return undefined
  const parsed = (line: string): unknown => {
    try {
      return JSON.parse(line)
    } catch {
      throw new ScenarioError([
        {
          message: `${quote(path, 200)} is damaged: a line of it is not JSON`,
          hint: 'remove it, and run again',
        },
      ])
    }
  }
  const [first, ...others] = lines
  const header = parsed(first) as { readonly schema?: unknown } | null
  if (header?.schema !== schema)
    throw new ScenarioError([
      { message: `${quote(path, 200)} is no file of ${of}: it has no schema ${schema}`, hint },
    ])
  return { header, entries: others.filter((line) => line !== '').map(parsed) }
}
