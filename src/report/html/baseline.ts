// What has become of the figures since a baseline: in a sentence, then figure by figure, what is worse first.

import type { Finding } from '../../gate/verdict.ts'
import { format } from '../../units.ts'
import type { Figure } from '../figure.ts'
import { ABSENT, counted } from '../figures.ts'
import { changeOf } from '../gate/words.ts'
import {
  baselineInWords,
  type Held,
  heldInWords,
  OUTCOMES_HELD,
  type OutcomeHeld,
  outcomeHeld,
  shareOf,
} from '../held.ts'
import { type Markup, markup } from '../markup.ts'
import { figureElement } from './drawn.ts'
import { framed, table } from './table.ts'
import { mark, type Tone } from './verdict.ts'

const MOST_ROWS = 400

const TONES: Readonly<Record<OutcomeHeld, Tone>> = {
  worse: 'bad',
  absent: 'doubt',
  'cannot tell': 'doubt',
  changed: 'doubt',
  better: 'good',
  same: 'good',
}

/** What a difference must be to count, which is not what the scenario's `gate` asks. */
const TERMS = markup`A difference counts from 1 % on; over several seeds only where chance is ruled out (paired, 95 %, after Holm). <code>rehearsal gate</code> holds figures to the limits of the scenario itself.`

export function baselineSection(held: Held, figures: readonly Figure[]): Markup {
  const { findings, reason, doubts } = held
  const ordered = OUTCOMES_HELD.flatMap((outcome) =>
    findings.filter((finding) => outcomeHeld(finding) === outcome),
  )
  const differing = ordered.filter((finding) => outcomeHeld(finding) !== 'same')
  const same = ordered.filter((finding) => outcomeHeld(finding) === 'same')
  const [words, ...more] = [baselineInWords(held), ...(reason === '' ? [] : [reason])]
  return markup`<h2>Against the baseline</h2><p>${heldInWords(held)}.</p><p class="quiet">${capital(words!)}${more.map((text) => markup`: ${text}`)}. ${TERMS}</p>${doubts.map(
    (doubt) => markup`<p>${mark('doubt', 'doubt')} ${doubt}.</p>`,
  )}${figures.length === 0 ? null : markup`<div class="figures">${figures.map(figureElement)}</div>`}${
    differing.length === 0 ? null : findingsTable('Figures that differ', differing, 'baseline')
  }${
    same.length === 0
      ? null
      : markup`<details><summary>${counted(same.length, 'figure')} the same</summary>${findingsTable('Figures that are the same', same, 'baseline-same')}</details>`
  }`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function findingsTable(title: string, findings: readonly Finding[], sorted: string): Markup {
  const several = new Set(findings.map(({ variant }) => variant)).size > 1
  const noted = findings.some(({ note }) => note !== null)
  const rows = findings.slice(0, MOST_ROWS).map((finding) => {
    const { metric, variant, unit, baseline, now, note } = finding
    const figure = (value: number | null): Markup =>
      markup`<td class="figure" data-value="${value ?? ''}">${value === null ? ABSENT : format(value, unit)}</td>`
    const outcome = outcomeHeld(finding)
    return markup`<tr><th scope="row">${metric}</th>${several ? markup`<td class="name">${variant}</td>` : null}${figure(baseline)}${figure(now)}<td class="figure" data-value="${shareOf(finding)}">${changeOf(finding)}</td><td>${mark(TONES[outcome], outcome)}</td>${noted ? markup`<td class="wide">${note ?? ''}</td>` : null}</tr>`
  })
  const left = findings.length - rows.length
  return markup`${framed(
    title,
    table(
      [
        { title: 'Metric' },
        ...(several ? [{ title: 'Variant' }] : []),
        { title: 'Baseline', figure: true },
        { title: 'Now', figure: true },
        { title: 'Change', figure: true },
        { title: 'Verdict' },
        ...(noted ? [{ title: 'What else' }] : []),
      ],
      rows,
      sorted,
    ),
  )}${left > 0 ? markup`<p class="quiet">${counted(left, 'more figure')}; rehearsal gate --reporter json has all.</p>` : null}`
}
