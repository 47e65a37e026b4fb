// `rehearsal claims`: the claims of the five systems, with the verdicts of the results at hand.

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { ledgerOf } from '../report/ledger.ts'
import { renderLedger } from '../report/terminal/ledger.ts'
import { canonicalJson } from '../results/canonical.ts'
import { readResult } from '../results/read.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { exists } from './files.ts'
import { readLedger } from './ledger.ts'

const DEFAULT_FOLDER = 'reports'

export const claims = defineCommand({
  words: [
    {
      name: 'results',
      meaning: 'result files, or folders with a result.json below each of theirs; without them, reports',
      many: true,
    },
  ],
  options: {
    system: { type: 'text', value: 'SYSTEM', meaning: 'only the claims of one system, such as ollamamax' },
    json: { type: 'flag', meaning: 'print the ledger as JSON' },
  },
  examples: [
    ['claims', 'all claims, with the verdicts of the results in reports'],
    ['claims --system ollamamax', 'those of one system'],
  ],
  run({ words, options }, terminal) {
    const { systems, claims: known } = readLedger()
    if (options.system !== undefined && !(options.system in systems))
      throw new ScenarioError([unknownName('system', options.system, Object.keys(systems))])
    const results = filesOf(words).map(readResult)
    const entries = ledgerOf(known, results).filter(
      ({ system }) => options.system === undefined || system === options.system,
    )
    if (options.json) terminal.write(canonicalJson({ schema: 'rehearsal/claims/1', claims: entries }))
    else terminal.print(renderLedger(entries, systems, terminal))
    return EXIT.pass
  },
})

/** The result files that are named, or found in a folder or one below. Throws ScenarioError where there are none. */
function filesOf(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return exists(DEFAULT_FOLDER) ? filesIn(DEFAULT_FOLDER) : []
  return paths.flatMap((path) => {
    if (!exists(path)) throw new ScenarioError(`${quote(path, 200)} does not exist`)
    if (!statSync(path).isDirectory()) return [path]
    const found = filesIn(path)
    if (found.length > 0) return found
    throw new ScenarioError([
      {
        message: `${quote(path, 200)} has no result.json in it or in a folder of its`,
        hint: 'rehearsal run writes them: rehearsal run scenarios/ollamamax/*.yaml --out reports',
      },
    ])
  })
}

function filesIn(folder: string): readonly string[] {
  const own = join(folder, 'result.json')
  const below = readdirSync(folder)
    .sort()
    .map((name) => join(folder, name, 'result.json'))
  return [own, ...below].filter(exists)
}
