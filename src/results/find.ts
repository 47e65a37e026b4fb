// Finds the result files beneath a folder. Symbolic links are not followed: what they lead to is not beneath it.

import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { quote, ScenarioError } from '../errors.ts'

export const RESULT_FILE = 'result.json'

/** More than reports can hold; a home folder or a whole disk holds more. */
const MOST_FOLDERS = 20_000
const DEEPEST = 12

/**
 * The folders beneath one, itself included, in which a result.json lies: paths below it with slashes, in a fixed order. Hidden
 * folders and node_modules are passed over, and folders that may not be read.
 */
export function resultFolders(root: string): readonly string[] {
  const found: string[] = []
  let seen = 0
  const visit = (below: string, depth: number): void => {
    if (++seen > MOST_FOLDERS)
      throw new ScenarioError([
        {
          message: `${quote(root, 200)} has more than ${MOST_FOLDERS} folders beneath it`,
          hint: 'name the folder of the results, such as reports',
        },
      ])
    const entries = entriesOf(join(root, below))
    if (entries.some((entry) => entry.name === RESULT_FILE && entry.isFile())) found.push(below)
    if (depth === DEEPEST) return
    for (const entry of entries)
      if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
        visit(below === '' ? entry.name : `${below}/${entry.name}`, depth + 1)
  }
  visit('', 0)
  return found
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}
