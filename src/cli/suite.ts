// The page over all results beneath a folder: found, read one after the other, and written as index.html.

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { quote, ScenarioError } from '../errors.ts'
import { type SuiteEntry, suiteEntry, type Unread, unreadOf } from '../report/suite/entry.ts'
import { renderSuite, type Suite } from '../report/suite.ts'
import { RESULT_FILE, resultFolders } from '../results/find.ts'
import { readResult } from '../results/read.ts'
import { searchesBeside } from '../results/read-searches.ts'
import { SEARCHES } from '../results/searches.ts'
import { exists, unbroken, writeWhole } from './files.ts'
import { readLedger } from './ledger.ts'

const PAGE = 'index.html'
const OWN_TITLE = '<title>Rehearsal: '

/** What the results beneath a folder come to. Of each only a summary is kept: a single one may have a hundred megabytes. */
function readSuite(root: string): Suite {
  const entries: SuiteEntry[] = []
  const unread: Unread[] = []
  for (const folder of resultFolders(root)) {
    const file = join(root, folder, RESULT_FILE)
    try {
      const result = readResult(file)
      const has = (page: string): boolean => exists(join(root, folder, page))
      const beside = searchesBeside(join(root, folder), result)
      const searches = SEARCHES.filter((name) => beside[name] && has(`${name}.html`))
      entries.push(suiteEntry(result, folder, has('report.html'), searches))
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error
      unread.push(unreadOf(folder, file, error))
    }
  }
  if (entries.length + unread.length === 0)
    throw new ScenarioError([
      {
        message: `${quote(root, 200)} has no result.json in it or beneath it`,
        hint: 'rehearsal run writes them: rehearsal run scenarios/ollamamax/*.yaml --out reports',
      },
    ])
  return { entries, unread, ledger: readLedger() }
}

/** Refuses a folder whose index.html is somebody else's: it would be written over. */
export function refuseForeignPage(root: string): void {
  const path = join(root, PAGE)
  if (!statSync(path, { throwIfNoEntry: false })?.isFile() || readFileSync(path, 'utf8').includes(OWN_TITLE))
    return
  throw new ScenarioError([
    {
      message: `${quote(path, 200)} is there already, and no page of ours; it is not written over`,
      hint: 'move it, or name the folder of the results alone, such as reports',
    },
  ])
}

/** Writes the page of a folder's results into it; what was read, and the page's path. */
export async function writeSuite(root: string): Promise<{ readonly suite: Suite; readonly path: string }> {
  const suite = readSuite(root)
  const page = renderSuite(suite)
  const path = join(root, PAGE)
  await unbroken(() => writeWhole(path, page))
  return { suite, path }
}
