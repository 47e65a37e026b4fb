// A drawing as a document of its own, with its title.

import type { Drawn } from './charts/draw.ts'
import { textWidth } from './charts/text-width.ts'
import { darkRules, FONT, FONT_SIZE, INK, PAPER } from './charts/theme.ts'
import { markup, trusted } from './markup.ts'

const MARGIN = 14
const TITLE_SIZE = FONT_SIZE + 2
const LINE_HEIGHT = 21
const LEAST_WIDTH = 560
/** Bold text runs so much wider. */
const BOLD = 1.12

interface Titled {
  readonly name: string
  readonly title: string
  readonly caption: string
  readonly drawn: Drawn
}

/** An SVG document. Its paper is light or, if it may be `dark`, as its viewer is. */
export function standAlone({ name, title, caption, drawn }: Titled, dark = true): string {
  const width = Math.max(LEAST_WIDTH, drawn.width + 2 * MARGIN)
  const lines = wrapTitle(title, width - 2 * MARGIN)
  const top = MARGIN + lines.length * LINE_HEIGHT
  const height = top + drawn.height + MARGIN
  const style = dark
    ? markup`<style>${trusted(`@media screen and (prefers-color-scheme:dark){${darkRules('')}}`)}</style>`
    : null
  const heading = lines.map(
    (line, i) =>
      markup`<text x="${MARGIN + 4}" y="${MARGIN + 14 + i * LINE_HEIGHT}" font-size="${TITLE_SIZE}" font-weight="600" fill="${INK.light}">${line}</text>`,
  )
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" role="img" aria-labelledby="${name}-title ${name}-desc"><title id="${name}-title">${title}</title><desc id="${name}-desc">${caption}</desc>${style}<rect width="${width}" height="${height}" rx="6" fill="${PAPER.light}"/>${heading}<g transform="translate(${MARGIN},${top})">${trusted(drawn.body)}</g></svg>
`.text
}

/** The title in lines that fit, at most three. */
function wrapTitle(title: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of title.split(' ')) {
    const joined = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && textWidth(joined, TITLE_SIZE) * BOLD <= width) lines[lines.length - 1] = joined
    else lines.push(word)
  }
  return lines.length > 3 ? [...lines.slice(0, 2), `${lines[2]} …`] : lines
}
