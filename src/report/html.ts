// A result as one page that needs nothing else: no request to anywhere, readable without its script, in the dark,
// on a phone, on paper and by a screen reader.

import type { Result } from '../results/result.ts'
import { counted } from './figures.ts'
import { clientScript } from './html/client-script.ts'
import type { Live } from './html/live.ts'
import { breakdownSection, keyFigures, metricsSection, speedupSection } from './html/metrics.ts'
import { pageOf } from './html/page.ts'
import { provenanceFooter, repeatSection } from './html/provenance.ts'
import { checksSection, claimsSection, verdictTiles } from './html/verdict.ts'
import { type Markup, markup } from './markup.ts'
import { type Figure, renderFigures } from './svg.ts'

interface Section {
  readonly id: string
  /** As the contents call it. */
  readonly title: string
  /** `null` where there is nothing to say. */
  readonly body: Markup | null
}

/** The page. Same result, same bytes. */
export async function renderHtml(result: Result, live?: Live): Promise<string> {
  const { name, title, description } = result.scenario
  const sections: readonly Section[] = [
    { id: 'claims', title: 'Claims', body: claimsSection(result) },
    { id: 'charts', title: 'Charts', body: chartsSection(await renderFigures(result)) },
    { id: 'figures', title: 'Figures', body: metricsSection(result) },
    { id: 'speedup', title: 'Speedup', body: speedupSection(result) },
    { id: 'breakdown', title: 'Breakdown', body: breakdownSection(result) },
    { id: 'checks', title: 'Checks', body: checksSection(result) },
    { id: 'repeat', title: 'To repeat it', body: repeatSection(result) },
  ]
  const body = markup`<header>
<h1>${title || name}</h1>
<p class="quiet">${aboutRun(result)}</p>
${description === '' ? null : markup`<p class="lead">${description}</p>`}
${contents(sections)}
</header>
<main>
<section aria-label="Verdict">${verdictTiles(result)}${keyFigures(result)}</section>
${sections.map(({ id, body }) =>
  body === null
    ? null
    : markup`<section id="${id}">${body}</section>
`,
)}</main>
${provenanceFooter(result)}`
  return pageOf({ title: title || name, body, script: clientScript('client'), live })
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

function chartsSection(figures: readonly Figure[]): Markup | null {
  if (figures.length === 0) return null
  const shown = figures.map(
    ({ title, caption, svg }) =>
      markup`<figure><h3>${title}</h3>${svg}<figcaption>${caption}</figcaption></figure>`,
  )
  return markup`<h2>Charts</h2><div class="figures">${shown}</div>`
}
