// `rehearsal merge`: the parts that `run --shard` left, put together: the same result as from one run.

import { join } from 'node:path'
import { fromRecords } from '../campaign/gathered.ts'
import { type Kept, readRecords } from '../campaign/records.ts'
import { openKept } from '../campaign/source.ts'
import { quote, ScenarioError } from '../errors.ts'
import { safeFileName } from '../report/file-name.ts'
import type { RunRecord } from '../run/replication.ts'
import { defineCommand } from './command.ts'
import { resultFrom } from './experiment.ts'
import { refuseUnwritable } from './files.ts'
import { leave } from './run.ts'
import { exitCodeOf } from './summary.ts'

export const merge = defineCommand({
  words: [
    {
      name: 'parts',
      meaning: 'the files that `rehearsal run --shard I/N` wrote',
      required: true,
      many: true,
    },
  ],
  options: {
    out: {
      type: 'text',
      value: 'FOLDER',
      meaning: 'where the result goes: FOLDER/NAME/result.json and report.html',
      default: 'reports',
    },
    html: { type: 'flag', meaning: 'do not write the page', default: true },
    json: { type: 'flag', meaning: 'print the result file instead of a summary' },
    quiet: { type: 'flag', meaning: 'print what went wrong and nothing else' },
  },
  examples: [['merge reports/fleet/shard-*-of-4.ndjson', 'four parts, run on four machines']],
  async run({ words, options }, terminal) {
    const parts = words.map(readPart)
    const { campaign } = refuseOthers(words, parts)
    const records = new Map<string, RunRecord>(parts.flatMap((part) => [...part.records]))
    const file = await openKept(campaign.source)
    const folder = join(options.out, safeFileName(file.name))
    refuseUnwritable(folder)
    const verify = [...records.keys()].some((key) => (JSON.parse(key) as unknown[])[2] === true)
    const began = performance.now()
    const result = await resultFrom(file, fromRecords(records, missingParts(parts)), {
      checked: campaign.terms.checked,
      verify,
      began,
    })
    return exitCodeOf([await leave(result, folder, options, terminal)])
  },
})

function readPart(path: string): Kept {
  const part = readRecords(path)
  if (part) return part
  throw new ScenarioError([
    {
      message: `${quote(path, 200)} does not exist, or is empty`,
      hint: 'rehearsal run SCENARIO --shard 1/4 writes one',
    },
  ])
}

/** Parts of one and the same campaign, and all of them. */
function refuseOthers(paths: readonly string[], parts: readonly Kept[]): Kept['header'] {
  const [first] = parts
  const other = parts.findIndex(({ header }) => header.identity !== first!.header.identity)
  if (other >= 0) {
    const builds = first!.header.campaign.build !== parts[other]!.header.campaign.build
    throw new ScenarioError([
      {
        message: `${quote(paths[0], 200)} and ${quote(paths[other], 200)} are not of one experiment`,
        hint: builds ? 'they were run by different builds' : 'their scenario or its options differ',
      },
    ])
  }
  return first!.header
}

/** Which parts are not given. */
function missingParts(parts: readonly Kept[]): string {
  const of = parts[0]!.header.shard?.[1] ?? 1
  const given = new Set(parts.map(({ header }) => header.shard?.[0]))
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((i) => !given.has(i))
  return missing.length > 0
    ? `give the other parts, too: ${missing.join(', ')} of ${of}`
    : 'run the parts again'
}
