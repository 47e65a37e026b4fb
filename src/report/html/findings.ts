// What matters most, for a page: a finding an item, with the names of the metrics it is made from and the chart that shows it.

import type { Result } from '../../results/result.ts'
import type { Figure } from '../figure.ts'
import type { Finding } from '../findings/finding.ts'
import { findingsOf } from '../findings/registry.ts'
import { listed, named } from '../findings/wording.ts'
import { type Markup, markup, prose } from '../markup.ts'

/** `null` where there is nothing to say. Links lead to those of the figures that the page has. */
export function findingsSection(result: Result, figures: readonly Figure[]): Markup | null {
  const findings = findingsOf(result)
  if (findings.length === 0) return null
  return markup`<h2>What matters most</h2><ul class="findings">${findings.map((finding) => item(finding, figures))}</ul>`
}

function item({ text, evidence, chart }: Finding, figures: readonly Figure[]): Markup {
  const metrics = [...new Set(evidence.map(({ metric }) => named(metric)))]
  const figure = figures.find(({ name }) => name === chart)
  const notes = [
    ...(metrics.length === 0 ? [] : [markup`From ${listed(metrics)}. `]),
    ...(figure ? [markup`<a href="#chart-${figure.name}">See ${figure.name.replaceAll('-', ' ')}</a>`] : []),
  ]
  return markup`<li><p>${prose(text)}</p>${notes.length === 0 ? null : markup`<p class="quiet">${notes}</p>`}</li>`
}
