// Reads a result file: refuses what is too large, cut short, of another version or no result at all, and says which.

import { readFileSync, statSync } from 'node:fs'
import { type Mistake, quote, ScenarioError } from '../errors.ts'
import { formatNumber, MiB } from '../units.ts'
import { RESULT_SCHEMA, type Result, type Variant } from './result.ts'
import { resultSchema } from './schema.ts'

/** The largest result file in bytes, read or written. */
export const LARGEST_RESULT = 256 * MiB

const RUN_AGAIN = 'run its scenario again to write it anew'
const MOST_MISTAKES = 20

/** The result in a file; a ScenarioError with the file, the reason and the mend where there is none. */
export function readResult(file: string): Result {
  return checkResult(parse(file, readText(file)), file)
}

/** A result from data that has been parsed already; `file` is where it came from, for the errors. */
function checkResult(data: unknown, file: string): Result {
  const schema = typeof data === 'object' && data !== null && 'schema' in data ? data.schema : undefined
  if (typeof schema !== 'string' || !schema.startsWith('rehearsal/result/'))
    return refuse(
      file,
      `is not a result: it has no schema ${RESULT_SCHEMA}`,
      'give a file that `rehearsal run` wrote',
    )
  if (schema !== RESULT_SCHEMA)
    return refuse(
      file,
      `is a result of another version: its schema is ${quote(schema)}; expected ${RESULT_SCHEMA}`,
      'run its scenario again with this version',
    )
  const { error } = resultSchema.safeParse(data)
  if (error) throw new ScenarioError(mistakesOf(file, error.issues))
  // Not what the check returns, which leaves out the keys that it does not know.
  return inOrderOfTheMatrix(data as Result)
}

/** A file's keys are sorted; parameters get the order back in which the matrix has them, which the variants' names have kept. */
function inOrderOfTheMatrix(result: Result): Result {
  const ordered = (name: string, parameters: Variant['parameters']): Variant['parameters'] => {
    const place = (key: string): number => ` ${name}`.indexOf(` ${key}=`)
    return Object.fromEntries(Object.entries(parameters).sort(([a], [b]) => place(a) - place(b)))
  }
  const first = result.variants[0]?.name ?? ''
  return {
    ...result,
    variants: result.variants.map((each) => ({ ...each, parameters: ordered(each.name, each.parameters) })),
    speedups: result.speedups.map((each) => ({ ...each, where: ordered(first, each.where) })),
  }
}

function readText(file: string): string {
  try {
    const stat = statSync(file)
    if (!stat.isFile()) return refuse(file, 'is not a file', 'give the path of a result file')
    if (stat.size > LARGEST_RESULT)
      return refuse(
        file,
        `is too large: ${formatNumber(stat.size / MiB)} MiB; expected at most ${LARGEST_RESULT / MiB} MiB`,
        'give a result of fewer variants or seeds',
      )
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof ScenarioError) throw error
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return refuse(
      file,
      missing ? 'does not exist' : `cannot be read: ${(error as Error).message}`,
      missing ? 'write it with `rehearsal run`, or mend the path' : 'see that it may be read',
    )
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const end = text.trimEnd()
    if (end === '') return refuse(file, 'is empty', RUN_AGAIN)
    if (end.startsWith('{') && !end.endsWith('}'))
      return refuse(
        file,
        `is cut short: it ends amid its data, after ${formatNumber(Buffer.byteLength(text))} bytes`,
        RUN_AGAIN,
      )
    return refuse(file, `is not JSON: ${quote((error as Error).message, 120)}`, RUN_AGAIN)
  }
}

function mistakesOf(file: string, issues: readonly { path: PropertyKey[]; message: string }[]): Mistake[] {
  const mistakes: Mistake[] = issues.slice(0, MOST_MISTAKES).map(({ path, message }) => ({
    message: `${quote(file, 200)} is not a whole result: ${quote(path.join('.') || 'it', 200)}: ${message}`,
    hint: RUN_AGAIN,
  }))
  const more = issues.length - mistakes.length
  return more > 0 ? [...mistakes, { message: `and ${more} more mistakes in ${quote(file, 200)}` }] : mistakes
}

function refuse(file: string, reason: string, mend: string): never {
  throw new ScenarioError([{ message: `${quote(file, 200)} ${reason}`, hint: mend }])
}
