// The charts of a result as SVG: files that stand alone, readable on light and dark pages, and inline for a page.

import type { Result } from '../results/result.ts'
import type { Drawing } from './charts/chart.ts'
import { type Drawn, drawSvg } from './charts/draw.ts'
import { CHARTS } from './charts/registry.ts'
import { textWidth } from './charts/text-width.ts'
import { darkRules, FONT, FONT_SIZE, INK, PAPER } from './charts/theme.ts'
import { type Markup, markup, trusted } from './markup.ts'

export interface NamedSvg {
  /** Kebab-case, unique in the result, fit for a file's name. */
  readonly name: string
  /** What is seen, with its figures. */
  readonly title: string
  /** A whole SVG document. */
  readonly svg: string
  /** How it is to be read, in words. */
  readonly caption: string
}

interface Drafted extends Drawing {
  readonly drawn: Drawn
}

/** All charts that have something to show, drawn, in the order of a report. */
async function draft(result: Result): Promise<readonly Drafted[]> {
  const drawings = CHARTS.flatMap((chart) => chart.draw(result))
  const drafted: Drafted[] = []
  // One after the other: Vega holds much memory while it draws.
  for (const drawing of drawings)
    drafted.push({ ...drawing, drawn: await drawSvg(drawing.spec, drawing.name) })
  return drafted
}

/** The charts as documents of their own, each with its title, on paper that is light or dark as the viewer is. Same result, same bytes. */
export async function renderSvgs(result: Result): Promise<readonly NamedSvg[]> {
  return (await draft(result)).map(standAlone)
}

/** A chart of something else than a result, as a document of its own. */
export const renderSvg = async (drawing: Drawing): Promise<NamedSvg> =>
  standAlone({ ...drawing, drawn: await drawSvg(drawing.spec, drawing.name) })

export interface Figure {
  readonly name: string
  readonly title: string
  readonly caption: string
  /** An `svg` element without colours for the dark: the page's style sheet has them. */
  readonly svg: Markup
}

/** The charts for a page of ours. */
export async function renderFigures(result: Result): Promise<readonly Figure[]> {
  return (await draft(result)).map(({ name, title, caption, drawn: { width, height, body } }) => ({
    name,
    title,
    caption,
    svg: markup`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${name}-title ${name}-desc"><title id="${name}-title">${title}</title><desc id="${name}-desc">${caption}</desc>${trusted(body)}</svg>`,
  }))
}

const MARGIN = 14
const TITLE_SIZE = FONT_SIZE + 2
const LINE_HEIGHT = 21
const LEAST_WIDTH = 560
/** Bold text runs so much wider. */
const BOLD = 1.12

function standAlone({ name, title, caption, drawn }: Drafted): NamedSvg {
  const width = Math.max(LEAST_WIDTH, drawn.width + 2 * MARGIN)
  const lines = wrapTitle(title, width - 2 * MARGIN)
  const top = MARGIN + lines.length * LINE_HEIGHT
  const height = top + drawn.height + MARGIN
  const style = `@media screen and (prefers-color-scheme:dark){${darkRules('')}}`
  const heading = lines.map(
    (line, i) =>
      markup`<text x="${MARGIN + 4}" y="${MARGIN + 14 + i * LINE_HEIGHT}" font-size="${TITLE_SIZE}" font-weight="600" fill="${INK.light}">${line}</text>`,
  )
  const { text: svg } =
    markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" role="img" aria-labelledby="${name}-title ${name}-desc"><title id="${name}-title">${title}</title><desc id="${name}-desc">${caption}</desc><style>${trusted(style)}</style><rect width="${width}" height="${height}" rx="6" fill="${PAPER.light}"/>${heading}<g transform="translate(${MARGIN},${top})">${trusted(drawn.body)}</g></svg>
`
  return { name, title, caption, svg }
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
