// What passed, what failed, what could not be told; what was claimed.

import type { Claim, Result, Verdict } from '../../results/result.ts'
import { reachOf } from '../claim-words.ts'
import { counted } from '../figures.ts'
import { type Markup, markup, trusted } from '../markup.ts'
import { briefly, type CheckGroup, checkGroups, countOf, type Outcome } from '../verdicts.ts'
import { framed, table } from './table.ts'
import { violationBlock } from './violation.ts'

export type Tone = 'good' | 'bad' | 'doubt'

export const OUTCOMES: Readonly<Record<Outcome, readonly [word: string, tone: Tone]>> = {
  failed: ['failed', 'bad'],
  untold: ['cannot tell', 'doubt'],
  passed: ['passed', 'good'],
}
export const VERDICTS: Readonly<Record<Verdict, Tone>> = {
  refuted: 'bad',
  'out of reach': 'doubt',
  reproduced: 'good',
}

export const mark = (tone: Tone, word: string): Markup => markup`<span class="mark ${tone}">${word}</span>`

const tile = (count: number, tone: Tone, text: string): readonly Markup[] =>
  count === 0 ? [] : [markup`<li class="${tone}"><b>${count}</b><small>${text}</small></li>`]

/** The counts, as tiles: failures first. */
export function verdictTiles(result: Result): Markup {
  const groups = checkGroups(result)
  const claims = (verdict: Verdict): number =>
    result.claims.filter((claim) => claim.verdict === verdict).length
  const plural = (count: number): string => (count === 1 ? 'check' : 'checks')
  const tiles = [
    ...tile(countOf(groups, 'failed'), 'bad', `${plural(countOf(groups, 'failed'))} failed`),
    ...tile(countOf(groups, 'untold'), 'doubt', `${plural(countOf(groups, 'untold'))} cannot be told`),
    ...tile(countOf(groups, 'passed'), 'good', `${plural(countOf(groups, 'passed'))} passed`),
    ...tile(claims('refuted'), 'bad', `${claims('refuted') === 1 ? 'claim' : 'claims'} refuted`),
    ...tile(
      claims('out of reach'),
      'doubt',
      `${claims('out of reach') === 1 ? 'claim' : 'claims'} out of reach`,
    ),
    ...tile(claims('reproduced'), 'good', `${claims('reproduced') === 1 ? 'claim' : 'claims'} reproduced`),
  ]
  return tiles.length === 0
    ? markup`<p class="quiet">Nothing was checked and nothing claimed.</p>`
    : markup`<ul class="tiles">${tiles}</ul>${failedNames(groups)}`
}

/** The first failures by name, so that the top of the page says what is wrong. */
function failedNames(groups: readonly CheckGroup[]): Markup | null {
  const names = groups.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)
  if (names.length === 0) return null
  return markup`<p>Failed: ${briefly(names, MOST_NAMES)}. <a href="#checks">Where, and the figures</a></p>`
}

const MOST_NAMES = 3
const MOST_PLACES = 6
const MOST_FIGURES = 12

const checkRow = ({ name, kind, outcome, found, count }: CheckGroup): Markup => {
  const [word, tone] = OUTCOMES[outcome]
  const shown = found.slice(0, outcome === 'passed' ? 2 : MOST_FIGURES)
  const figures = shown.map(
    ({ detail, where, violation }) =>
      markup`<div>${detail}${where.length === 0 ? null : markup` <span class="quiet">(${briefly(where, MOST_PLACES)})</span>`}</div>${violation ? violationBlock(violation) : null}`,
  )
  const more = found.length - shown.length
  return markup`<tr><td>${mark(tone, word)}</td><th scope="row">${name}</th><td>${kind === 'law' ? 'law' : 'expectation'}</td><td class="figure">${count}</td><td class="wide">${figures}${more > 0 ? markup`<div class="quiet">and ${counted(more, 'more figure')}</div>` : null}</td></tr>`
}

/** So many kinds of checks that passed stand open, where no other does. */
const MOST_OPEN = 8

/** Failures and what could not be told in sight, the rest to be opened. */
export function checksSection(result: Result): Markup | null {
  const groups = checkGroups(result)
  if (groups.length === 0) return null
  const open = groups.filter(({ outcome }) => outcome !== 'passed')
  const passed = groups.filter(({ outcome }) => outcome === 'passed')
  const headings = [
    { title: 'Verdict' },
    { title: 'Check' },
    { title: 'Kind' },
    { title: 'Times', figure: true },
    { title: 'Found' },
  ]
  const all = countOf(groups, 'passed')
  return markup`<h2>Checks</h2>${
    open.length === 0 ? null : framed('Checks that did not pass', table(headings, open.map(checkRow)))
  }${
    passed.length === 0
      ? null
      : markup`<details data-open="passed"${trusted(open.length === 0 && passed.length <= MOST_OPEN ? ' open' : '')}><summary>${counted(all, 'check')} passed</summary>${framed('Checks that passed', table(headings, passed.map(checkRow)))}</details>`
  }`
}

const claimItem = (claim: Claim): Markup => {
  const { id, text, verdict, found, conditions, source } = claim
  const reach = reachOf(claim)
  const term = (name: string, value: string | undefined): Markup | null =>
    value ? markup`<dt>${name}</dt><dd>${value}</dd>` : null
  return markup`<li><h3>${mark(VERDICTS[verdict] ?? 'doubt', verdict)}<span>${id}</span></h3>${reach === '' ? null : markup`<p><b>${verdict}</b> ${reach}</p>`}<p>${text}</p><dl>${term('Found', found)}${term('Conditions', conditions)}${term('Source', source)}</dl></li>`
}

export function claimsSection(result: Result): Markup | null {
  if (result.claims.length === 0) return null
  return markup`<h2>Claims</h2><ul class="claims">${result.claims.map(claimItem)}</ul>`
}
