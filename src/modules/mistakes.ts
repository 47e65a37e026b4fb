// From what goes wrong with a module to a mistake with its place in the module's own text.

import { readFileSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Mistake, quote } from '../errors.ts'
import type { Flaw } from './definition.ts'

/** A mistake at a line and column, both from 1. */
function at(path: string, line: number, column: number, message: string, hint?: string): Mistake {
  const excerpt = linesOf(path)[line - 1]
  return {
    message,
    place: { file: relative('.', path), line, column },
    ...(excerpt === undefined ? {} : { excerpt }),
    ...(hint === undefined ? {} : { hint }),
  }
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)
  } catch {
    return []
  }
}

/** A mistake in what it exports, near a word of its text where that can be found. */
export function flawed(path: string, { message, hint, near }: Flaw): Mistake {
  const lines = linesOf(path)
  const word = near && new RegExp(`(?<![\\w$.])['"]?${near.replace(/[^\w-]/g, '\\$&')}['"]?\\s*[:,(]`)
  const found = word ? lines.findIndex((line) => word.test(line)) : -1
  const begins = lines.findIndex((line) => /\bdefine(?:Async)?Coordinator\(|^export default\b/.test(line))
  const line = found >= 0 ? found : Math.max(begins, 0)
  const column =
    found >= 0 ? lines[line]!.search(word as RegExp) : Math.max((lines[line] ?? '').search(/\S/), 0)
  return at(path, line + 1, column + 1, message, hint)
}

/** What came of loading it: text that cannot be read as code, an import that leads nowhere, an error thrown meanwhile. */
export function unloadable(path: string, error: unknown): Mistake {
  const { message, code, stack } = (
    error instanceof Error ? error : { message: String(error) }
  ) as NodeJS.ErrnoException
  const syntax = /^(?:Syntax|Parse)Error: ([^\n]*?)\s*\n\s*(\/.*):(\d+):(\d+)/s.exec(message)
  if (syntax) {
    const [, what, file, line, column] = syntax
    // Its columns count from 0.
    return at(file!, Number(line), Number(column) + 1, `cannot be read as code: ${lowered(what!)}`)
  }
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') return unresolved(path, message)
  const frame = framesOf(stack).find(({ file }) => isTheirs(file))
  const told = error instanceof Error ? `${error.name}: ${message.split('\n')[0]}` : quote(message)
  return at(frame?.file ?? path, frame?.line ?? 1, frame?.column ?? 1, `threw while it was loaded: ${told}`)
}

function unresolved(path: string, message: string): Mistake {
  const wanted = /Cannot find (?:module|package) '([^']*)'/.exec(message)?.[1] ?? ''
  const importer = /(?:Require stack:\n- |imported from )(\/[^\n]*)/.exec(message)?.[1] ?? path
  const lines = linesOf(importer)
  const line = lines.findIndex((text) => text.includes(wanted))
  return line < 0
    ? at(path, 1, 1, `cannot find what it imports: ${quote(wanted, 200)}`)
    : at(importer, line + 1, lines[line]!.indexOf(wanted) + 1, `cannot find module ${quote(wanted, 200)}`)
}

const lowered = (text: string): string => text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())

interface Frame {
  readonly file: string
  readonly line: number
  readonly column: number
}

const framesOf = (stack = ''): readonly Frame[] =>
  [...stack.matchAll(/^ +at (?:.*\()?(?:file:\/\/)?(\/[^()\n]*):(\d+):(\d+)\)?$/gm)].map(
    ([, file, line, column]) => ({ file: file!, line: Number(line), column: Number(column) }),
  )

/** Where the program itself lies; its frames tell a user nothing. */
const OURS = fileURLToPath(new URL('..', import.meta.url))

const isTheirs = (file: string): boolean =>
  !file.startsWith(OURS) && !file.includes(`${sep}node_modules${sep}`)

/** An error's story as far as it is the module's: its message, and the places in the user's own files. */
export function ownStory(story: string): string {
  const lines = story.split('\n').filter((line) => {
    const [frame] = framesOf(line)
    return frame ? isTheirs(frame.file) : !/^ +at /.test(line)
  })
  return lines.join('\n').replaceAll(`${resolve('.')}${sep}`, '')
}
