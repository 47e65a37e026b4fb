// Writes a result file. It is written beside its place and then renamed, so that whoever interrupts it, and whoever
// reads meanwhile, finds the old file whole or the new one whole.

import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { quote, ScenarioError } from '../errors.ts'
import { formatNumber, MiB } from '../units.ts'
import { canonicalJson } from './canonical.ts'
import { LARGEST_RESULT } from './read.ts'
import type { Result } from './result.ts'

/** Writes canonical JSON, making the folder where there is none. A ScenarioError names the file where it cannot be written. */
export function writeResult(file: string, result: Result): void {
  const bytes = Buffer.from(canonicalJson(result))
  if (bytes.length > LARGEST_RESULT)
    refuse(
      file,
      `it would take ${formatNumber(bytes.length / MiB)} MiB; expected at most ${LARGEST_RESULT / MiB} MiB`,
      'split the matrix, or run fewer seeds',
    )
  try {
    mkdirSync(dirname(file), { recursive: true })
    replace(file, bytes)
  } catch (error) {
    refuse(file, (error as Error).message, 'give a path that can be written, on a disk with room')
  }
}

function replace(file: string, bytes: Buffer): void {
  const beside = `${file}.tmp-${randomBytes(6).toString('hex')}`
  try {
    writeWhole(beside, bytes)
    renameSync(beside, file)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** Returns when the bytes are on the disk. */
function writeWhole(file: string, bytes: Buffer): void {
  const descriptor = openSync(file, 'wx')
  try {
    writeFileSync(descriptor, bytes)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function refuse(file: string, reason: string, mend: string): never {
  throw new ScenarioError([{ message: `cannot write ${quote(file, 200)}: ${reason}`, hint: mend }])
}
