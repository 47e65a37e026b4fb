// Diagrams on a page: as wide as it is, and on a phone, where that is too narrow to read, to be pushed sideways.

import type { Figure } from '../figure.ts'
import { type Markup, markup, prose } from '../markup.ts'
import { dataDetails } from './data-table.ts'

export const diagramElement = ({ name, title, caption, svg, table }: Figure): Markup =>
  markup`<figure id="chart-${name}" data-name="${name}"><h3>${prose(title)}</h3><div class="frame" role="group" tabindex="0" aria-label="${LABELS[name] ?? name}">${svg}</div><figcaption>${prose(caption)}</figcaption>${
    table.rows.length === 0 ? null : dataDetails(name, title, table)
  }</figure>`

/** What the frame is, for those who come to it by keyboard. */
const LABELS: Readonly<Record<string, string>> = {
  topology: 'Topology',
  sequence: 'Message sequence',
  lanes: 'Swim lanes',
}

export const DIAGRAM_STYLE = `
.diagrams figure{margin-top:28px}
.diagrams .frame{overflow-x:auto}
.diagrams .frame:focus-visible{outline:2px solid var(--link);outline-offset:3px;border-radius:4px}
.diagrams figcaption{max-width:62rem}
.diagrams .tools{display:flex;flex-wrap:wrap;gap:6px 8px;align-items:center;margin:8px 0;font-size:.88rem}
.diagrams .tools button,.diagrams .tools select,.messages select{font:inherit;color:var(--ink);background:var(--sheet);border:1px solid var(--line);border-radius:8px;padding:4px 11px;cursor:pointer;max-width:100%}
.diagrams .tools button:hover{border-color:var(--link)}
.diagrams .tools :focus-visible,.messages :focus-visible{outline:2px solid var(--link);outline-offset:1px}
.diagrams .tools input[type=range]{flex:1 1 14rem;min-width:9rem;accent-color:var(--link)}
.diagrams .clock{min-width:8.5em;font-variant-numeric:tabular-nums}
.diagrams .readout{margin:4px 0 8px;min-height:1.6em;font-size:.9rem;font-variant-numeric:tabular-nums}
.diagrams .pointed{fill:none;stroke:var(--ink);stroke-width:2}
.messages{margin:36px 0 0;font-size:.92rem}
#chart-lanes svg.zoomed{touch-action:pan-y;cursor:grab}
#chart-lanes svg.zoomed:active{cursor:grabbing}
@media screen and (max-width:820px){.diagrams .frame svg{max-width:none;width:auto;min-width:640px}#chart-lanes .frame svg,#chart-sequence .frame svg{min-width:800px}#chart-lanes .frame svg.fitted{min-width:0}}
@media print{.diagrams .tools,.diagrams .readout,.messages,.diagrams .replay{display:none}}
`
