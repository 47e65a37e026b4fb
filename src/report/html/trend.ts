// The history of figures as one page that needs nothing else: charts of what has changed, a table of all. No script, no request to anywhere.

import { format } from '../../units.ts'
import { drawSvg } from '../charts/draw.ts'
import { trendChart } from '../charts/trend.ts'
import { counted } from '../figures.ts'
import { type Markup, markup, trusted } from '../markup.ts'
import {
  noteOf,
  placeInTime,
  type ShownStep,
  type ShownTrend,
  stepInWords,
  type TrendTitles,
} from '../terminal/trend.ts'
import { headingOf } from './page.ts'
import { STYLE } from './style.ts'
import { framed, table } from './table.ts'

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
const MOST_CHARTS = 24

/** The page. Same entries, same bytes. */
export async function renderTrendPage(trends: readonly ShownTrend[], titles: TrendTitles): Promise<string> {
  const { title, name, entries, significance } = titles
  const span = `${placeInTime(entries[0]!)} to ${placeInTime(entries.at(-1)!)}`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Trend: ${headingOf(title, name)}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header>
<h1>Trend: ${headingOf(title, name)}</h1>
<p class="quiet">${name} · ${counted(entries.length, 'result')}, ${span}</p>
</header>
<main>
<section id="changes">${stepsTable(trends, titles)}<p class="quiet">${noteOf(trends, significance)}</p></section>
<section id="charts">${await figures(trends, titles)}</section>
<section id="results">${resultsTable(titles)}</section>
</main>
</body>
</html>
`.text
}

function stepsTable(trends: readonly ShownTrend[], { entries }: TrendTitles): Markup {
  const row = (trend: ShownTrend, step: ShownStep | undefined): Markup => {
    const since = step && placeInTime(entries[trend.points[step.at]!.entry]!)
    return markup`<tr><th scope="row">${trend.metric}</th><td class="name">${trend.variant}</td><td>${
      since ?? markup`<span class="quiet">no change</span>`
    }</td><td class="figure">${step ? stepInWords(step) : ''}</td><td>${step ? mark(trend, step) : null}</td><td class="figure">${format(
      trend.points.at(-1)!.value,
      trend.unit,
    )}</td></tr>`
  }
  const rows = trends.flatMap((trend) =>
    trend.steps.length === 0 ? [row(trend, undefined)] : trend.steps.map((step) => row(trend, step)),
  )
  const headings = [
    { title: 'Metric' },
    { title: 'Variant' },
    { title: 'Changed' },
    { title: 'By', figure: true },
    { title: '' },
    { title: 'Last', figure: true },
  ]
  return markup`<h2>Changes</h2>${framed('Changes', table(headings, rows))}`
}

function mark({ better }: ShownTrend, { before, after, scenario }: ShownStep): Markup {
  if (scenario) return markup`<span class="mark doubt">another scenario</span>`
  if (better === 'neither') return markup`<span class="mark doubt">different</span>`
  return after > before === (better === 'higher')
    ? markup`<span class="mark good">better</span>`
    : markup`<span class="mark bad">worse</span>`
}

/** What has changed before what has not. */
async function figures(trends: readonly ShownTrend[], { entries }: TrendTitles): Promise<Markup> {
  const order = [
    ...trends.filter(({ steps }) => steps.length > 0),
    ...trends.filter(({ steps }) => steps.length === 0),
  ]
  const shown: Markup[] = []
  for (const [i, trend] of order.slice(0, MOST_CHARTS).entries()) {
    const { name, title, caption, spec } = trendChart(trend, entries, `trend-${i + 1}`)
    const { width, height, body } = await drawSvg(spec, name)
    const svg = markup`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${name}-title ${name}-desc"><title id="${name}-title">${title}</title><desc id="${name}-desc">${caption}</desc>${trusted(body)}</svg>`
    shown.push(markup`<figure><h3>${title}</h3>${svg}<figcaption>${caption}</figcaption></figure>`)
  }
  const left = order.length - shown.length
  return markup`<h2>Charts</h2><div class="figures">${shown}</div>${left > 0 ? markup`<p class="quiet">${left} more series are in the table alone.</p>` : null}`
}

function resultsTable({ entries }: TrendTitles): Markup {
  const rows = entries.map(
    ({ created, commit }, i) =>
      markup`<tr><td class="figure">${i + 1}</td><td>${created}</td><td><code>${commit ?? 'unknown'}</code></td></tr>`,
  )
  return markup`<h2>Results</h2><details><summary>${counted(entries.length, 'result')}, oldest first</summary>${framed(
    'Results',
    table([{ title: 'Result', figure: true }, { title: 'Made' }, { title: 'Commit' }], rows),
  )}</details>`
}
