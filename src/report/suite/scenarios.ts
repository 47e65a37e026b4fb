// The table of scenarios: what came of each, its figures, and the way to its own page.

import { counted } from '../figures.ts'
import { mark, OUTCOMES, VERDICTS } from '../html/verdict.ts'
import { type Markup, markup } from '../markup.ts'
import { naturally } from '../natural-order.ts'
import type { Outcome } from '../verdicts.ts'
import type { SuiteEntry } from './entry.ts'
import { sparkline } from './sparkline.ts'
import { type Cell, type Column, foreign, metricName, type Row, stacked, tools } from './table.ts'

/** The worst first, as the column is sorted. */
export const OUTCOME_ORDER: readonly Outcome[] = ['failed', 'untold', 'passed']
const CLAIMED = ['refuted', 'out of reach', 'reproduced'] as const

const COLUMNS: readonly Column[] = [
  { title: 'Verdict', key: 'verdict' },
  { title: 'Scenario', key: 'scenario' },
  { title: 'Checks', key: 'checks', figure: true },
  { title: 'Claims', key: 'claims' },
  { title: 'Key figures' },
  { title: 'Course' },
  { title: 'Variants', key: 'variants', figure: true },
]

/** A file below the suite's folder, as an address that cannot lead elsewhere. */
export const addressOf = (folder: string, file: string): string =>
  ['.', ...folder.split('/').filter((name) => name !== ''), file]
    // What is no whole character has no code.
    .map((name) => encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\ufffd')))
    .join('/')

/** Its title, leading to its page, or to its result where there is no page. */
export const linked = ({ folder, title, page }: SuiteEntry, anchor = ''): Markup =>
  markup`<a href="${`${addressOf(folder, page ? 'report.html' : 'result.json')}${page ? anchor : ''}`}">${foreign(title)}</a>`

export function scenariosSection(entries: readonly SuiteEntry[]): Markup {
  // Positions by which names sort as people count.
  const names = entries.map(({ name }) => name).sort(naturally)
  const options = OUTCOME_ORDER.map((outcome) => {
    const count = entries.filter((entry) => entry.outcome === outcome).length
    return [outcome, `${OUTCOMES[outcome][0]} (${count})`] as const
  })
  return markup`<h2>Scenarios</h2>${tools('scenarios', 'scenario', [{ filter: 'verdict', title: 'Verdict', options }], entries.length)}${stacked(
    'scenarios',
    'Scenarios',
    COLUMNS,
    entries.map((entry) => rowOf(entry, names.indexOf(entry.name))),
  )}`
}

/** To the pages of what was searched for with it. */
const searchLinks = ({ folder, searches }: SuiteEntry): Markup | null =>
  searches.length === 0
    ? null
    : markup`<div>${searches.map((name) => markup`<a href="${addressOf(folder, `${name}.html`)}">${name}</a> `)}</div>`

function rowOf(entry: SuiteEntry, position: number): Row {
  const { outcome, name, checks, figures, course, variants, seeds } = entry
  const [word, tone] = OUTCOMES[outcome]
  const all = checks.failed + checks.untold + checks.passed
  const cells: readonly Cell[] = [
    { content: mark(tone, word), value: OUTCOME_ORDER.indexOf(outcome) },
    {
      content: markup`${linked(entry)}<div class="quiet">${foreign(name, 80)}${entry.page ? null : ', no page of its own'}</div>${searchLinks(entry)}`,
      value: position,
      heads: true,
    },
    {
      content:
        all === 0
          ? markup`<span class="quiet">none</span>`
          : markup`${`${checks.passed} of ${all}`}${checks.untold > 0 ? markup`<div class="quiet">${checks.untold} cannot be told</div>` : null}`,
      value: all === 0 ? '' : checks.passed / all,
    },
    claimsCell(entry),
    {
      content: figures.map(
        ({ metric, text }) =>
          markup`<div class="key"><span class="quiet">${metricName(metric)}</span> <b>${text}</b></div>`,
      ),
    },
    {
      content:
        course === null
          ? markup`<span class="quiet">none</span>`
          : markup`${sparkline(course)}<div class="quiet">${metricName(course.metric)} ${course.over === 'time' ? 'over time' : 'by variant'}</div>`,
    },
    { content: markup`${variants}<div class="quiet">${counted(seeds, 'seed')}</div>`, value: variants },
  ]
  return { verdict: outcome, cells }
}

/** How many of each verdict; sorted by how many are refuted, then out of reach. */
function claimsCell({ claims }: SuiteEntry): Cell {
  const counts = CLAIMED.map((verdict) => claims.filter((claim) => claim.verdict === verdict).length)
  if (claims.length === 0) return { content: markup`<span class="quiet">none</span>`, value: '' }
  const marks = CLAIMED.flatMap((verdict, i) =>
    counts[i] === 0 ? [] : [markup`<div>${mark(VERDICTS[verdict], `${counts[i]} ${verdict}`)}</div>`],
  )
  return { content: marks, value: counts.reduce((sum, count) => sum * 1000 + count, 0) }
}
