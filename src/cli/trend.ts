// `rehearsal trend`: the history of a scenario's figures, and where they changed.

import { join } from 'node:path'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { type Entry, trendsOf } from '../experiment/trend.ts'
import { safeFileName } from '../report/file-name.ts'
import { headlineMetrics } from '../report/key-metrics.ts'
import { renderTrend } from '../report/terminal/trend.ts'
import { canonicalJson } from '../results/canonical.ts'
import type { Result } from '../results/result.ts'
import { CHANGE_POINT_SIGNIFICANCE } from '../statistics/change-points.ts'
import { parseQuantity } from '../units.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { refuseUnwritable, unbroken, writeWhole } from './files.ts'
import { readEntries } from './trend-entries.ts'

const MOST_METRICS = 12
/** Fewer tell nothing. */
const LEAST_RESULTS = 2

const OPTIONS = {
  metric: {
    type: 'texts',
    value: 'METRIC',
    meaning: 'what to follow; may be given several times; without it, what matters most',
  },
  scenario: { type: 'text', value: 'NAME', meaning: 'whose results, where there are several scenarios’' },
  by: {
    type: 'text',
    value: 'ORDER',
    meaning: 'created: as they were made; commit: as git has their commits',
    default: 'created',
  },
  significance: {
    type: 'text',
    value: 'SHARE',
    meaning: 'how often a series without a change may show one',
    default: `${CHANGE_POINT_SIGNIFICANCE * 100}%`,
  },
  json: { type: 'flag', meaning: 'print the trend as JSON' },
  out: { type: 'text', value: 'FOLDER', meaning: 'write a page there too: FOLDER/NAME/trend.html' },
} as const

export const trend = defineCommand({
  words: [
    {
      name: 'results',
      meaning:
        'result files, folders with some anywhere below, or a folder of baselines, or its HISTORY.ndjson',
      required: true,
      many: true,
    },
  ],
  options: OPTIONS,
  examples: [
    ['trend history/', 'every result.json below it'],
    ['trend results/baselines/HISTORY.ndjson --scenario fleet', 'what was accepted, and when'],
    ['trend history/ --metric latency.p95 --out reports', 'one figure, and a page of it'],
  ],
  epilogue: 'Ends in 0, or in 3 where there are too few results to tell anything.',
  async run({ words, options }, terminal) {
    const significance = significanceOf(options.significance)
    const { entries, last } = readEntries(words, options)
    const metrics = metricsOf(entries, last, options.metric)
    const trends = trendsOf(entries, { metrics, significance })
    const { name, title } = entries.at(-1)!.scenario
    const shown = { name, title: title || name, entries, significance }
    if (options.json)
      terminal.write(
        canonicalJson({
          schema: 'rehearsal/trend/1',
          scenario: { name, title },
          significance,
          results: entries.map(({ created, commit, scenario: { hash } }) => ({ created, commit, hash })),
          trends,
        }),
      )
    else terminal.print(renderTrend(trends, shown, terminal))
    if (options.out !== undefined) {
      const path = join(options.out, safeFileName(name), 'trend.html')
      refuseUnwritable(options.out)
      const { renderTrendPage } = await import('../report/html/trend.ts')
      const page = await renderTrendPage(trends, shown)
      await unbroken(() => writeWhole(path, page))
      if (!options.json) terminal.print(`wrote ${path}`)
    }
    if (entries.length >= LEAST_RESULTS) return EXIT.pass
    terminal.complain('one result alone has no trend; give several, or the HISTORY.ndjson of baselines')
    return EXIT.inconclusive
  },
})

/** What matters most of the newest result; of a history of baselines, which has only what matters, the first. */
function metricsOf(
  entries: readonly Entry[],
  last: Result | undefined,
  asked: readonly string[],
): readonly string[] {
  if (asked.length === 0 && last) return headlineMetrics(last, MOST_METRICS)
  const known = new Set(
    entries.flatMap(({ variants }) => variants.flatMap(({ metrics }) => Object.keys(metrics))),
  )
  if (asked.length === 0) return [...known].slice(0, MOST_METRICS)
  const mistakes = asked.flatMap((name) => (known.has(name) ? [] : [unknownName('metric', name, [...known])]))
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return [...new Set(asked)]
}

function significanceOf(text: string): number {
  const share = parseQuantity(text, 'ratio')
  if (share !== undefined && share >= 0.0001 && share <= 0.5) return share
  throw new ScenarioError([
    { message: `invalid --significance: ${quote(text)}; expected a share from 0.01% to 50%, such as 1%` },
  ])
}
