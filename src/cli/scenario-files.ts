// The scenario files that words of the command line name: a file is itself, a folder all that are in it or beneath it.

import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { quote, ScenarioError } from '../errors.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { hashOfTrace } from '../workload/traces/trace-file.ts'
import type { WorkloadValues } from '../workload/workload.ts'

/** Each once, in the order of the words; those of a folder by name. Throws ScenarioError for a folder without any. */
export const scenarioFiles = (words: readonly string[]): readonly string[] => [
  ...new Set(words.flatMap((word) => (isFolder(word) ? filesIn(word) : [word]))),
]

export const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()

function filesIn(folder: string): readonly string[] {
  const found = filesBelow(folder)
  if (found.length > 0) return found
  throw new ScenarioError(`${quote(folder, 200)} has no scenario in it or beneath it: no file ends in .yaml`)
}

/** What is hidden, and what is installed, is nobody's scenario. */
function filesBelow(folder: string): readonly string[] {
  const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1)
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .sort(byName)
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return filesBelow(path)
      return entry.isFile() && /\.ya?ml$/.test(entry.name) ? [path] : []
    })
}

/** A path as it is shown and kept: from the working directory, with slashes. */
export const shownPath = (path: string): string => relative('.', path).replaceAll('\\', '/')

/** A word as a shell takes it for one. */
export const inShell = (word: string): string =>
  /^[\w./:=,@%+-][\w./:=,@%+~^-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/**
 * What the traces of a scenario hold, as hashes by their paths; of those for which `at` knows where their bytes are. Throws ScenarioError
 * where one cannot be read.
 */
export function tracesOf(
  { variants }: Pick<ScenarioFile, 'variants'>,
  at: (path: string) => string | undefined = (path) => path,
): Readonly<Record<string, string>> {
  const paths = variants.flatMap(({ scenario }) => {
    const { trace } = (scenario.workload as WorkloadValues | undefined) ?? {}
    return trace === undefined ? [] : [trace]
  })
  return Object.fromEntries(
    [...new Set(paths)].flatMap((path) => {
      const bytes = at(path)
      return bytes === undefined ? [] : [[shownPath(path), hashOfTrace(bytes)]]
    }),
  )
}
