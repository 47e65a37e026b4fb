// What makes a result repeatable, and, apart from it, where and when it was made.

import type { Result } from '../../results/result.ts'
import { format } from '../../units.ts'
import { axesOf, labelOf } from '../axes.ts'
import { label } from '../charts/labels.ts'
import { counted } from '../figures.ts'
import { type Markup, markup, trusted } from '../markup.ts'
import { framed, table } from './table.ts'

const MOST_PRINTS = 100
/** Of a variant's parameters, in characters. */
const LONGEST_PLACE = 160
const LONGEST_SCENARIO = 40_000

const term = (name: string, value: string): Markup => markup`<dt>${name}</dt><dd>${value}</dd>`

/** The resolved scenario, its hash, and the fingerprints. */
export function repeatSection(result: Result): Markup {
  const axes = axesOf(result.variants)
  const prints = result.variants.flatMap((variant) =>
    Object.entries(variant.fingerprints).map(([seed, print]) => ({
      where: label(labelOf(variant, axes), LONGEST_PLACE),
      seed,
      print,
    })),
  )
  const rows = prints
    .slice(0, MOST_PRINTS)
    .map(
      ({ where, seed, print }) =>
        markup`<tr><td class="name">${where}</td><td class="name">${seed}</td><td><code>${print}</code></td></tr>`,
    )
  const left = prints.length - MOST_PRINTS
  return markup`<h2>To repeat it</h2><p>The same scenario (hash <code>${result.scenario.hash}</code>), seeds and build give the same figures and these fingerprints, on any machine.</p>${
    rows.length === 0
      ? null
      : markup`<details data-open="fingerprints"><summary>${counted(prints.length, 'fingerprint')}</summary>${framed(
          'Fingerprints',
          table([{ title: 'Variant' }, { title: 'Seed' }, { title: 'Fingerprint' }], rows),
        )}${left > 0 ? markup`<p class="quiet">${left} more in the result file.</p>` : null}</details>`
  }<details data-open="scenario"><summary>The resolved scenario</summary><pre>${scenarioText(result.scenario.resolved)}</pre></details>`
}

/** The scenario as indented JSON; each line is escaped on its own, so that the lines stay. */
function scenarioText(resolved: unknown): Markup {
  const text = JSON.stringify(resolved, null, 2) ?? 'null'
  const shown =
    text.length > LONGEST_SCENARIO
      ? `${text.slice(0, LONGEST_SCENARIO)}\n… the rest is in the result file`
      : text
  const lines = shown.split('\n').map((line) => {
    const indent = line.length - line.trimStart().length
    return markup`${trusted(' '.repeat(indent))}${line.trimStart()}${trusted('\n')}`
  })
  return markup`${lines}`
}

export function provenanceFooter({ provenance }: Result): Markup {
  const { tool, version, node, platform, commit, created, wallSeconds, events } = provenance
  return markup`<footer id="provenance"><h2>Provenance</h2><p>Where and when this was made. It differs from run to run, and no comparison reads it.</p><dl>${[
    term('Tool', `${tool} ${version}`),
    term('Commit', commit ?? 'unknown'),
    term('Made', created),
    term('On', `Node ${node}, ${platform}`),
    term('Took', `${format(Math.round(wallSeconds * 1e9), 'ns')} for ${counted(events, 'event')}`),
  ]}</dl></footer>`
}
