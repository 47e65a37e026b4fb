// A result as one page that needs nothing else: no request to anywhere, readable without its script, in the dark,
// on a phone, on paper and by a screen reader.

import type { Result } from '../results/result.ts'
import { counted } from './figures.ts'
import { breakdownSection, keyFigures, metricsSection, speedupSection } from './html/metrics.ts'
import { provenanceFooter, repeatSection } from './html/provenance.ts'
import { SCRIPT, SCRIPT_HASH } from './html/script.ts'
import { STYLE } from './html/style.ts'
import { checksSection, claimsSection, verdictTiles } from './html/verdict.ts'
import { type Markup, markup, trusted } from './markup.ts'
import { type Figure, renderFigures } from './svg.ts'

/** The policy by which a browser holds the page to what is said above. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src '${SCRIPT_HASH}'; img-src data:; base-uri 'none'; form-action 'none'`

/** The page. Same result, same bytes. */
export async function renderHtml(result: Result): Promise<string> {
  const figures = await renderFigures(result)
  const { name, title, description } = result.scenario
  const sections = [
    metricsSection(result),
    speedupSection(result),
    breakdownSection(result),
    checksSection(result),
  ]
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title || name}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header>
<h1>${title || name}</h1>
<p class="quiet">${aboutRun(result)}</p>
${description === '' ? null : markup`<p class="lead">${description}</p>`}
${contents(result, figures)}
</header>
<main>
<section id="verdict" aria-label="Verdict">${verdictTiles(result)}${keyFigures(result)}</section>
${claimsSection(result)}
${figures.length === 0 ? null : chartsSection(figures)}
${sections}
${repeatSection(result)}
</main>
${provenanceFooter(result)}
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.text
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

function contents(result: Result, figures: readonly Figure[]): Markup {
  const link = (there: boolean, id: string, text: string): Markup | null =>
    there ? markup`<a href="#${id}">${text}</a>` : null
  return markup`<nav aria-label="Contents">${[
    link(result.claims.length > 0, 'claims', 'Claims'),
    link(figures.length > 0, 'charts', 'Charts'),
    link(metricsSection(result) !== null, 'figures', result.variants.length > 1 ? 'Variants' : 'Figures'),
    link(result.speedups.length > 0, 'speedup', 'Speedup'),
    link(breakdownSection(result) !== null, 'breakdown', 'Breakdown'),
    link(checksSection(result) !== null, 'checks', 'Checks'),
    link(true, 'repeat', 'To repeat it'),
    link(true, 'provenance', 'Provenance'),
  ]}</nav>`
}

const chartsSection = (figures: readonly Figure[]): Markup =>
  markup`<section id="charts"><h2>Charts</h2><div class="figures">${figures.map(
    ({ title, caption, svg }) =>
      markup`<figure><h3>${title}</h3>${svg}<figcaption>${caption}</figcaption></figure>`,
  )}</div></section>`
