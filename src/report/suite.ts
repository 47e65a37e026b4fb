// All results of a folder as one page that needs nothing else: scenarios and claims as tables to be sorted and filtered, which
// are whole and readable without a script. The pages of single results lie beside it.

import { counted } from './figures.ts'
import type { Live } from './html/live.ts'
import { pageOf } from './html/page.ts'
import { framed, table } from './html/table.ts'
import { OUTCOMES, type Tone, VERDICTS } from './html/verdict.ts'
import { type Entry, ledgerOf } from './ledger.ts'
import { type Markup, markup } from './markup.ts'
import { claimsSection, type Ledger, VERDICT_ORDER } from './suite/claims.ts'
import { inOrder, type SuiteEntry, type Unread } from './suite/entry.ts'
import { OUTCOME_ORDER, scenariosSection } from './suite/scenarios.ts'
import { SUITE_SCRIPT } from './suite/script.ts'
import { SUITE_STYLE } from './suite/style.ts'
import { counting, foreign } from './suite/table.ts'

export interface Suite {
  readonly entries: readonly SuiteEntry[]
  readonly unread: readonly Unread[]
  readonly ledger: Ledger
}

/** The page. Same suite, same bytes, in whatever order the results were read. */
export function renderSuite({ entries: given, unread, ledger }: Suite, live?: Live): string {
  const entries = inOrder(given)
  const byFolder = new Map(entries.map((entry) => [entry.folder, entry]))
  // Folders tell results apart; two of them may bear one scenario's name.
  const claims = ledgerOf(
    ledger.claims,
    entries.map(({ folder, claims }) => ({ scenario: { name: folder }, claims })),
  )
  const title = `Rehearsal: ${counted(entries.length, 'scenario')}`
  const body = markup`<header>
<h1>${title}</h1>
<p class="quiet">${aboutSuite(entries, claims)}</p>
<nav aria-label="Contents"><a href="#scenarios">Scenarios</a>${claims.length > 0 ? markup`<a href="#claims">Claims</a>` : null}${
    unread.length > 0 ? markup`<a href="#unread">Not read</a>` : null
  }<a href="#provenance">Provenance</a></nav>
</header>
<main>
<section aria-label="Verdict">${tiles(entries, claims)}</section>
${unread.length > 0 ? markup`<section id="unread">${unreadSection(inOrder(unread))}</section>` : null}
<section id="scenarios">${scenariosSection(entries)}</section>
<section id="claims">${claimsSection(claims, ledger, byFolder)}</section>
</main>
${provenance(entries)}`
  return pageOf({ title, body, script: SUITE_SCRIPT, style: SUITE_STYLE, live })
}

const total = (entries: readonly SuiteEntry[], of: (entry: SuiteEntry) => number): number =>
  entries.reduce((sum, entry) => sum + of(entry), 0)

function aboutSuite(entries: readonly SuiteEntry[], claims: readonly Entry[]): string {
  const settled = claims.filter(({ verdict }) => verdict !== 'open').length
  const checks = total(entries, ({ checks: { failed, untold, passed } }) => failed + untold + passed)
  return [
    counted(
      total(entries, ({ variants }) => variants),
      'variant',
    ),
    counted(checks, 'check'),
    `${settled} of ${counted(claims.length, 'claim')} settled`,
  ].join(' · ')
}

function tiles(entries: readonly SuiteEntry[], claims: readonly Entry[]): Markup {
  const tile = (count: number, tone: Tone | '', text: string, state: Record<string, string>) =>
    count === 0
      ? []
      : [markup`<li class="${tone}"><b>${counting(count, state)}</b><small>${text}</small></li>`]
  const ofOutcome = OUTCOME_ORDER.flatMap((outcome) => {
    const count = entries.filter((entry) => entry.outcome === outcome).length
    const [word, tone] = OUTCOMES[outcome]
    const text = `${count === 1 ? 'scenario' : 'scenarios'} ${outcome === 'untold' ? 'cannot be told' : word}`
    return tile(count, tone, text, { 'scenarios.verdict': outcome })
  })
  const ofVerdict = VERDICT_ORDER.flatMap((verdict) => {
    const count = claims.filter((claim) => claim.verdict === verdict).length
    const tone = verdict === 'open' ? '' : VERDICTS[verdict]
    return tile(count, tone, `${count === 1 ? 'claim' : 'claims'} ${verdict}`, { 'claims.verdict': verdict })
  })
  const all = [...ofOutcome, ...ofVerdict]
  return all.length === 0 ? markup`<p>There are no results here.</p>` : markup`<ul class="tiles">${all}</ul>`
}

function unreadSection(unread: readonly Unread[]): Markup {
  const rows = unread.map(
    ({ folder, reason }) =>
      markup`<tr><th scope="row">${foreign(folder || '.')}</th><td class="wide">${foreign(reason, 400)}</td></tr>`,
  )
  return markup`<h2>Not read</h2><p>${unread.length === 1 ? 'A result lies' : `${unread.length} results lie`} here that could not be read, and nothing below speaks of ${unread.length === 1 ? 'it' : 'them'}.</p>${framed('Results that could not be read', table([{ title: 'Folder' }, { title: 'Why' }], rows))}`
}

/** Which builds made the results: figures of different ones stand side by side at the reader's risk. */
function provenance(entries: readonly SuiteEntry[]): Markup {
  const builds = [...new Set(entries.map(({ build }) => build))].sort()
  const made = entries.map(({ created }) => created).sort()
  const term = (name: string, value: string): Markup =>
    markup`<dt>${foreign(name)}</dt><dd>${foreign(value)}</dd>`
  return markup`<footer id="provenance"><h2>Provenance</h2><p>${builds.length > 1 ? 'Several builds made these results; their figures need not agree.' : 'What made these results.'}</p><dl>${builds.map(
    (build) => {
      const count = entries.filter((entry) => entry.build === build).length
      return term(build, counted(count, 'result'))
    },
  )}${made.length > 0 ? [term('First made', made[0]!), term('Last made', made.at(-1)!)] : null}</dl></footer>`
}
