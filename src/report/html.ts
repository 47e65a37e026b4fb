// A result as one page that needs nothing else: no request to anywhere, readable without its script, in the dark,
// on a phone, on paper and by a screen reader.

import type { Result } from '../results/result.ts'
import { label } from './charts/labels.ts'
import { counted } from './figures.ts'
import { type Beside, besideSections } from './html/beside.ts'
import { clientScript } from './html/client-script.ts'
import { CLIENT_STYLE } from './html/client-style.ts'
import { DIAGRAM_STYLE } from './html/diagrams.ts'
import { drawnSections, type Section } from './html/drawn.ts'
import { findingsSection } from './html/findings.ts'
import type { Live } from './html/live.ts'
import { keyFigures } from './html/metrics.ts'
import { isFilterable, packs } from './html/packs.ts'
import { headingOf, pageOf } from './html/page.ts'
import { provenanceFooter, repeatSection } from './html/provenance.ts'
import { checksSection, claimsSection, verdictTiles } from './html/verdict.ts'
import { type Markup, markup } from './markup.ts'
import { renderFigures } from './svg.ts'

/** Beyond it the verdict would be out of sight. */
const LONGEST_DESCRIPTION = 1000

/** The page. Same result, and the same beside it, same bytes. */
export async function renderHtml(result: Result, live?: Live, beside: Beside = {}): Promise<string> {
  const { name, title, description } = result.scenario
  const heading = headingOf(title, name)
  const figures = await renderFigures(result)
  const drawn = drawnSections(result, figures, beside.held)
  const others = await besideSections(result, beside)
  const sections: readonly Section[] = [
    { id: 'findings', title: 'What matters most', body: findingsSection(result, figures) },
    { id: 'claims', title: 'Claims', body: claimsSection(result) },
    ...others.sections,
    ...drawn,
    { id: 'checks', title: 'Checks', body: checksSection(result) },
    { id: 'repeat', title: 'To repeat it', body: repeatSection(result) },
  ]
  const drawing = isFilterable(result) ? clientScript('drawing') : null
  const body = markup`<header>
<h1>${heading}</h1>
<p class="quiet">${aboutRun(result)}</p>
${description === '' ? null : markup`<p class="lead">${label(description, LONGEST_DESCRIPTION)}</p>`}
${contents(sections)}
</header>
<main data-scenario="${name}">
<section aria-label="Verdict">${verdictTiles(result)}<div id="key">${keyFigures(result)}</div></section>
${sections.map((section) => sectionElement(section, drawing !== null && drawn.includes(section)))}</main>
${provenanceFooter(result)}${packs(result, [...figures, ...others.figures], drawing)}`
  return pageOf({
    title: heading,
    body,
    script: clientScript('client'),
    later: drawing,
    style: `${CLIENT_STYLE}${DIAGRAM_STYLE}`,
    live,
  })
}

/** What may be drawn anew has its place even while there is nothing in it. */
function sectionElement({ id, body }: Section, place: boolean): Markup | null {
  if (body === null) return place ? markup`<section id="${id}" hidden></section>` : null
  return markup`<section id="${id}">${body}</section>
`
}

function aboutRun({ scenario, variants }: Result): string {
  const seeds = new Set(variants.flatMap((variant) => variant.seeds)).size
  return [
    scenario.name,
    ...(variants.length === 0 ? ['nothing was run'] : []),
    ...(variants.length > 1 ? [counted(variants.length, 'variant')] : []),
    ...(seeds > 0 ? [counted(seeds, 'seed')] : []),
  ].join(' · ')
}

function contents(sections: readonly Section[]): Markup {
  const links = sections
    .filter(({ body }) => body !== null)
    .map(({ id, title }) => markup`<a href="#${id}">${title}</a>`)
  return markup`<nav aria-label="Contents">${links}<a href="#provenance">Provenance</a></nav>`
}
