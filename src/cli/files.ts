// Where the commands touch the disk: reading scenarios with a limit, writing files whole.

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, parse, resolve } from 'node:path'
import { nearest, quote, ScenarioError } from '../errors.ts'
import { format, MiB } from '../units.ts'

const MAX_SCENARIO_BYTES = 4 * MiB

/** Reads a scenario file. One that is too large is refused unread; so is what is no file: a pipe may never end. */
export function readScenario(path: string): string {
  let file: number
  try {
    // Opening a pipe without a writer would wait for one.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    throw refused('read', path, reason(error), nearby(path, error))
  }
  try {
    const stat = fstatSync(file)
    if (stat.isDirectory())
      throw refused(
        'read',
        path,
        'it is a folder; expected a scenario file',
        `name its files: ${folderOf(path)}/*.yaml`,
      )
    if (!stat.isFile()) throw refused('read', path, 'it is a device or a pipe; expected a scenario file')
    if (stat.size > MAX_SCENARIO_BYTES)
      throw refused(
        'read',
        path,
        `it has ${format(stat.size, 'bytes')}; expected a scenario of at most ${format(MAX_SCENARIO_BYTES, 'bytes')}`,
      )
    const buffer = Buffer.alloc(stat.size)
    let read = 0
    for (let n = -1; n !== 0 && read < stat.size; read += n)
      n = readSync(file, buffer, read, stat.size - read, read)
    return textOf(buffer.subarray(0, read), path)
  } finally {
    closeSync(file)
  }
}

/** UTF-8, or it is none. */
function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw refused('read', path, 'it is no text in UTF-8; expected a scenario file', 'save it as UTF-8')
  }
}

/** The file beside it that may be meant where there is none of that name. */
function nearby(path: string, error: unknown): string | undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined
  try {
    const { dir, name, ext } = parse(path)
    const others = readdirSync(dir || '.').filter((each) => each.endsWith(ext))
    const near = nearest(
      name,
      others.map((each) => basename(each, ext)),
    )
    return near === undefined ? undefined : `did you mean ${quote(join(dir, near + ext), 200)}?`
  } catch {
    return undefined
  }
}

const folderOf = (path: string): string => quote(path.replace(/\/+$/, ''), 200)

/** Writes a file beside its place and renames it, so that it is there whole or not at all. */
export const writeWhole = (path: string, data: string | Uint8Array): void => writePieces(path, [data])

/** The same of a text that is too long for one string. */
export function writePieces(path: string, pieces: Iterable<string | Uint8Array>): void {
  const beside = `${path}.tmp-${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true })
    const file = openSync(beside, 'w')
    try {
      for (const piece of pieces) writeFileSync(file, piece)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (error) {
    if (existsSync(beside)) rmSync(beside)
    throw refused('write', path, reason(error))
  }
}

/** Refuses a folder in which nothing could be written, before there is something to write. Makes nothing. */
export function refuseUnwritable(folder: string): void {
  let there = resolve(folder)
  while (!existsSync(there)) there = dirname(there)
  if (!statSync(there).isDirectory())
    throw refused('write into', folder, `${quote(there, 200)} is not a folder`)
  try {
    accessSync(there, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw refused('write into', folder, reason(error), 'name another folder')
  }
}

/**
 * Does what must not be cut in two, such as writing a file beside its place and renaming it. An interruption that comes
 * meanwhile takes effect thereafter.
 */
export async function unbroken<T>(work: () => T): Promise<T> {
  let signal: NodeJS.Signals | undefined
  const note = (name: NodeJS.Signals) => {
    signal = name
  }
  for (const name of SIGNALS) process.on(name, note)
  try {
    return work()
  } finally {
    // Signals come by way of the event loop: once it has been round, which two of these make sure of, they are known.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
    for (const name of SIGNALS) process.off(name, note)
    if (signal) process.kill(process.pid, signal)
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export const exists = (path: string): boolean => existsSync(path)

function refused(what: string, path: string, why: string, hint?: string): ScenarioError {
  const message = `cannot ${what} ${quote(path, 200)}: ${why}`
  return new ScenarioError([{ message, ...(hint === undefined ? {} : { hint }) }])
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EPERM: 'not permitted',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'a circle of symbolic links',
}

/** A file system's error in words. */
function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return (code && REASONS[code]) || message
}
