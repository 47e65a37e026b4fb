// Which files of code differ between a revision and what stands here, of those that may decide how the coordinators of a scenario behave.

import { dirname, join, relative } from 'node:path'
import type { CodeDifference } from '../explain/explanation.ts'
import { git } from './baselines.ts'
import type { Revision } from './revision.ts'

const CODE_FILE = /\.[cm]?[jt]sx?$/
/** A package may have been exchanged for another version of it. */
const PACKAGES = 'package-lock.json'
/** What is told as costs. */
const COSTS = /^src\/world\/costs\/(nominal|unmeasured)\.ts$/
/** Where rehearsal's own coordinators are. */
const COORDINATION = 'src/coordination/'

/** @param modules the files of the scenario's own modules, as the working directory sees them */
export function codeDifference(
  { ref, commit, subject, root }: Revision,
  modules: readonly string[],
): CodeDifference {
  const folders = modules.map((file) => dirname(relative(root, file)))
  const code = changedFiles(root, commit).filter(
    (file) => (CODE_FILE.test(file) && !COSTS.test(file)) || file === PACKAGES,
  )
  const own = code.filter(
    (file) => file.startsWith(COORDINATION) || folders.some((folder) => isWithin(file, folder)),
  )
  const sources = code.filter((file) => file.startsWith('src/') || file === PACKAGES)
  const files = [own, sources, code].find((some) => some.length > 0) ?? []
  return { revision: ref, commit: commit.slice(0, 10), subject, files: [...files].sort() }
}

/** Paths from the root, with what git does not know yet. */
function changedFiles(root: string, commit: string): readonly string[] {
  const changed = git(['diff', '--name-only', '--no-renames', commit], root)
  const fresh = git(['ls-files', '--others', '--exclude-standard'], root)
  return [changed, fresh].flatMap((list) => list?.split('\n') ?? [])
}

const isWithin = (file: string, folder: string): boolean =>
  folder === '.' || file === folder || file.startsWith(join(folder, '/'))
