// A drawing as it stands on a page of ours.

import type { DataTable } from './charts/chart.ts'
import type { Drawn } from './charts/draw.ts'
import { type Markup, markup, trusted } from './markup.ts'

/** A drawing that is drawn, with what it shows as a table. */
export interface Drafted {
  /** Kebab-case, unique in the result. */
  readonly name: string
  readonly title: string
  readonly caption: string
  readonly drawn: Drawn
  readonly table: DataTable
  /** A chart: a page can draw it anew of some variants and seeds. */
  readonly chart?: boolean
}

export interface Figure extends Omit<Drafted, 'drawn'> {
  /** An `svg` element without colours for the dark: the page's style sheet has them. */
  readonly svg: Markup
}

export function figureOf({ drawn, ...drafted }: Drafted): Figure {
  const { name, title, caption } = drafted
  const { width, height, body } = drawn
  return {
    ...drafted,
    svg: markup`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${name}-title ${name}-desc"><title id="${name}-title">${title}</title><desc id="${name}-desc">${caption}</desc>${trusted(body)}</svg>`,
  }
}
