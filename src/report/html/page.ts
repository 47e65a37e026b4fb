// The frame of every page: one document that needs nothing else, and the policy by which a browser holds it to that.

import { label } from '../charts/labels.ts'
import { type Markup, markup, trusted } from '../markup.ts'
import { LIVE_SCRIPT, LIVE_STYLE, type Live } from './live.ts'
import { hashOf } from './script.ts'
import { STYLE } from './style.ts'

interface Page {
  readonly title: string
  /** Header, main and footer. */
  readonly body: Markup
  readonly script: string
  /** What the script may add to the page and run. */
  readonly later?: string | null
  /** Added to the style of all pages. */
  readonly style?: string
  /** Where a server shows the page and tells it of newer results. */
  readonly live?: Live | undefined
}

const LONGEST_HEADING = 200

/** What a page is called: the scenario's title, or its name. Cut, so that the verdict below it stays in sight. */
export const headingOf = (title: string, name: string): string => label(title || name, LONGEST_HEADING)

/** What a page may do: run these scripts; where it is served live, listen to its own server. Nothing else. */
const policyOf = (scripts: readonly string[], live: boolean): string =>
  `default-src 'none'; style-src 'unsafe-inline'; script-src ${scripts.map((script) => `'${hashOf(script)}'`).join(' ')}; img-src data:;${
    live ? " connect-src 'self';" : ''
  } base-uri 'none'; form-action 'none'`

export function pageOf({ title, body, script: own, later = null, style = '', live }: Page): string {
  const script = live ? `${own}${LIVE_SCRIPT}` : own
  const data = live
    ? markup` data-version="${live.version}" data-refresh="${live.reloads ? 'itself' : 'asked'}"`
    : null
  return markup`<!doctype html>
<html lang="en"${data}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policyOf(later === null ? [script] : [script, later], live !== undefined))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(`${STYLE}${style}${live ? LIVE_STYLE : ''}`)}</style>
</head>
<body>
${live?.front === undefined ? null : markup`<nav class="back" aria-label="All results"><a href="${live.front}">← All results</a></nav>\n`}${body}
<script>${trusted(script)}</script>
</body>
</html>
`.text
}
