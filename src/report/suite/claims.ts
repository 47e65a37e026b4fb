// The claims of the systems as one table: what was said, what was found, under which conditions, and where to read more.

import { reachOf } from '../claim-words.ts'
import { framed, table } from '../html/table.ts'
import { mark, type Tone, VERDICTS } from '../html/verdict.ts'
import { type ClaimText, type Entry, whyOpen } from '../ledger.ts'
import { type Markup, markup } from '../markup.ts'
import { naturally } from '../natural-order.ts'
import type { SuiteEntry } from './entry.ts'
import { linked } from './scenarios.ts'
import { type Column, counting, foreign, type Row, stacked, tools } from './table.ts'

/** The claims that are known, whether or not a scenario speaks of them. */
export interface Ledger {
  /** System → what it is. */
  readonly systems: Readonly<Record<string, string>>
  readonly claims: Readonly<Record<string, ClaimText>>
}

type Verdict = Entry['verdict']

/** What decides most first, as the column is sorted. */
export const VERDICT_ORDER: readonly Verdict[] = ['refuted', 'out of reach', 'reproduced', 'open']

const toneOf = (verdict: Verdict): Tone | 'open' => (verdict === 'open' ? 'open' : VERDICTS[verdict])

const COLUMNS: readonly Column[] = [
  { title: 'Verdict', key: 'verdict' },
  { title: 'Claim', key: 'claim' },
  { title: 'System', key: 'system' },
  { title: 'What was said' },
  { title: 'What was found' },
]

export function claimsSection(
  claims: readonly Entry[],
  { systems }: Ledger,
  byFolder: ReadonlyMap<string, SuiteEntry>,
): Markup | null {
  if (claims.length === 0) return null
  const verdicts = VERDICT_ORDER.map((verdict) => [verdict, `${verdict} (${of(claims, verdict)})`] as const)
  const present = [...new Set(claims.map(({ system }) => system))]
  const choices = [
    { filter: 'system', title: 'System', options: present.map((system) => [system, system] as const) },
    { filter: 'verdict', title: 'Verdict', options: verdicts },
  ] as const
  // Positions by which identifiers sort as people count.
  const ids = claims.map(({ id }) => id).sort(naturally)
  const rows = claims.map((claim) => rowOf(claim, ids.indexOf(claim.id), byFolder))
  return markup`<h2>Claims</h2><p class="lead">What the makers of ${present.length === 1 ? 'one system' : `${present.length} systems`} said of them, and what the scenarios found. A claim is refuted where any scenario refutes it under the claim’s own conditions, else reproduced where one reproduces it. Under conditions: it holds in some of the variants that it speaks of, and not in others; which ones stands with what was found. Open: no result here speaks of it.</p>${summary(claims, present, systems)}${tools('claims', 'claim', choices, claims.length)}${stacked('claims', 'Claims', COLUMNS, rows)}`
}

const of = (claims: readonly Entry[], verdict: Verdict): number =>
  claims.filter((claim) => claim.verdict === verdict).length

/** System by verdict, in figures. */
function summary(claims: readonly Entry[], present: readonly string[], systems: Ledger['systems']): Markup {
  const rows = present.map((system) => {
    const own = claims.filter((claim) => claim.system === system)
    const about = Object.hasOwn(systems, system) ? systems[system]! : ''
    const cells = VERDICT_ORDER.map((verdict) => {
      const count = of(own, verdict)
      return markup`<td class="figure">${count === 0 ? markup`<span class="quiet">0</span>` : counting(count, { 'claims.system': system, 'claims.verdict': verdict })}</td>`
    })
    return markup`<tr><th scope="row">${foreign(system, 60)}<div class="quiet">${foreign(about)}</div></th><td class="figure">${counting(own.length, { 'claims.system': system })}</td>${cells}</tr>`
  })
  const headings = ['claims', ...VERDICT_ORDER].map((title) => ({
    title: `${title[0]!.toUpperCase()}${title.slice(1)}`,
    figure: true,
  }))
  return framed('Claims by system and verdict', table([{ title: 'System' }, ...headings], rows))
}

function rowOf(
  { id, system, text, verdict, conditional, settled, scenarios }: Entry,
  position: number,
  byFolder: ReadonlyMap<string, SuiteEntry>,
): Row {
  const found = settled.map(({ scenario, claim }) => {
    const entry = byFolder.get(scenario)
    // One verdict for all is said once, at the row's beginning.
    const reach = reachOf(claim)
    const own =
      settled.length > 1 || reach !== ''
        ? markup`${mark(VERDICTS[claim.verdict] ?? 'doubt', claim.verdict)} `
        : null
    // A scenario may settle a part of a claim, in words of its own.
    const part = claim.text === text ? null : markup`<p>${foreign(claim.text, 600)}</p>`
    return markup`<div class="settled">${part}<p>${own}${reach === '' ? null : markup`<b>${foreign(reach, 300)}</b>: `}${foreign(claim.found, 600)}</p>${
      claim.conditions ? markup`<p class="quiet">${foreign(claim.conditions, 900)}</p>` : null
    }${entry ? markup`<p>${linked(entry, '#claims')}</p>` : null}</div>`
  })
  return {
    verdict,
    system,
    cells: [
      {
        content: markup`<span class="mark ${toneOf(verdict)}">${verdict}</span>${conditional ? markup`<div class="quiet">under conditions</div>` : null}`,
        value: VERDICT_ORDER.indexOf(verdict),
      },
      { content: foreign(id, 40), value: position, heads: true },
      { content: foreign(system, 40) },
      { content: foreign(text, 600) },
      { content: found.length > 0 ? found : markup`<span class="quiet">${whyOpen({ scenarios })}</span>` },
    ],
  }
}
