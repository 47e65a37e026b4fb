// Where the commands touch the disk: reading scenarios with a limit, writing files whole.

import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { ScenarioError } from '../errors.ts'
import { format, MiB } from '../units.ts'

const MAX_SCENARIO_BYTES = 4 * MiB

/** Reads a scenario file; one that is too large is refused unread. */
export function readScenario(path: string): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    throw new ScenarioError(`cannot read ${path}: ${reason(error)}`)
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new ScenarioError(`cannot read ${path}: not a file`)
    if (stat.size > MAX_SCENARIO_BYTES)
      throw new ScenarioError(
        `cannot read ${path}: ${format(stat.size, 'bytes')}; expected a scenario of at most ${format(MAX_SCENARIO_BYTES, 'bytes')}`,
      )
    const buffer = Buffer.alloc(stat.size)
    let read = 0
    for (let n = -1; n !== 0 && read < stat.size; read += n)
      n = readSync(file, buffer, read, stat.size - read, read)
    return buffer.toString('utf8', 0, read)
  } finally {
    closeSync(file)
  }
}

/** Writes a file beside its place and renames it, so that it is there whole or not at all. */
export function writeWhole(path: string, text: string): void {
  const beside = `${path}.tmp-${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(beside, text)
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw new ScenarioError(`cannot write ${path}: ${reason(error)}`)
  }
}

export const exists = (path: string): boolean => existsSync(path)

export const readText = (path: string): string => readFileSync(path, 'utf8')

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EPERM: 'not permitted',
}

/** A file system's error in words. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return (code && REASONS[code]) || message
}
