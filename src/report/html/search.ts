// What the pages of a search and of a screening share: their frame, and how to repeat them.

import type { CapacityFile, SensitivityFile } from '../../results/searches.ts'
import type { Figure } from '../figure.ts'
import { counted } from '../figures.ts'
import { type Markup, markup } from '../markup.ts'
import { clientScript } from './client-script.ts'
import { CLIENT_STYLE } from './client-style.ts'
import { tablesPack } from './packs.ts'
import { headingOf, pageOf } from './page.ts'

interface SearchPage {
  /** `Capacity`. */
  readonly kind: string
  readonly file: CapacityFile | SensitivityFile
  /** What was asked. */
  readonly asked: string
  /** With ids. */
  readonly sections: readonly Markup[]
  readonly figures: readonly Figure[]
}

export function searchPage({ kind, file, asked, sections, figures }: SearchPage): string {
  const { name, title } = file.scenario
  const body = markup`<header>
<h1>${kind}: ${headingOf(title, name)}</h1>
<p class="quiet">${[name, asked, counted(file.runs, 'run')].join(' · ')}</p>
</header>
<main data-scenario="${name}">
${sections}<section id="repeat">${repeatSection(file)}</section>
</main>
${tablesPack(figures)}`
  return pageOf({
    title: `${kind}: ${headingOf(title, name)}`,
    body,
    script: clientScript('client'),
    style: CLIENT_STYLE,
  })
}

const MOST_SEEDS = 12

function repeatSection({ scenario, seeds, repeat }: CapacityFile | SensitivityFile): Markup {
  const named = `${seeds.slice(0, MOST_SEEDS).join(', ')}${seeds.length > MOST_SEEDS ? ` and ${seeds.length - MOST_SEEDS} more` : ''}`
  return markup`<h2>To repeat it</h2>${repeat === undefined ? null : markup`<pre>${repeat}</pre>`}<p>The same scenario (hash <code>${scenario.hash}</code>), seeds (${named}) and build find the same, on any machine.</p>`
}
