// The page over all results beneath a folder: found, read one after the other, and written as index.html.

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

/** Writes the page of a folder's results into it; what was read, and the page's path. */
export async function writeSuite(root: string): Promise<{ readonly suite: Suite; readonly path: string }> {
  const suite = readSuite(root)
  const page = renderSuite(suite)
  const path = join(root, 'index.html')
  await unbroken(() => writeWhole(path, page))
  return { suite, path }
}
