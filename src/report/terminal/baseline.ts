// Baselines as a person reads them: all in a table, or one with its figures and its history.

import type { Baseline } from '../../results/baseline.ts'
import type { Acceptance, ChangedClaim, ChangedFigure } from '../../results/baseline-history.ts'
import { format } from '../../units.ts'
import { ABSENT, counted } from '../figures.ts'
import { type Column, table } from './table.ts'
import { cut, type Line, oneLine, quiet, render, strong } from './text.ts'

interface Look {
  readonly columns: number
  readonly colour: boolean
}

const MOST_CHANGES = 12

export function renderBaselines(baselines: readonly Baseline[], { columns, colour }: Look): string {
  const column = (
    title: string,
    align: 'left' | 'right',
    cell: (each: Baseline) => string,
    least?: number,
  ): Column => ({
    title,
    align,
    cells: baselines.map(cell),
    ...(least === undefined ? {} : { least }),
  })
  const lines = table(
    [
      column('baseline', 'left', ({ scenario }) => scenario.name, 16),
      column('variants', 'right', ({ variants }) => String(Object.keys(variants).length)),
      column('seeds', 'right', ({ variants }) =>
        String(Math.max(...Object.values(variants).map(({ seeds }) => seeds.length))),
      ),
      column('commit', 'left', ({ accepted }) => accepted.commit?.slice(0, 7) ?? ''),
      column('reason', 'left', ({ accepted }) => accepted.reason, 8),
    ],
    columns,
  )
  return render(lines, columns, colour)
}

/** One baseline; `path` is where it is kept. */
export function renderBaseline(
  { scenario, accepted, claims, tool, variants }: Baseline,
  history: readonly Acceptance[],
  { columns, colour, path }: Look & { readonly path: string },
): string {
  const lines: Line[] = [
    [strong(cut(oneLine(scenario.name), columns))],
    [quiet(`  ${path}, of ${scenario.file ?? 'a result file'}`)],
    [
      quiet(
        `  scenario ${scenario.hash}, rehearsal ${tool.version}, commit ${accepted.commit?.slice(0, 7) ?? 'unknown'}`,
      ),
    ],
  ]
  const settled = Object.entries(claims ?? {})
  if (settled.length > 0)
    lines.push([quiet(`  claims: ${settled.map(([id, verdict]) => `${oneLine(id)} ${verdict}`).join(', ')}`)])
  for (const [name, { seeds, metrics }] of Object.entries(variants)) {
    const entries = Object.entries(metrics)
    const cells = (cell: (entry: (typeof entries)[number]) => string) => entries.map(cell)
    lines.push([], [strong(cut(oneLine(name), columns - 12)), quiet(`  ${counted(seeds.length, 'seed')}`)])
    lines.push(
      ...table(
        [
          { title: 'metric', align: 'left', cells: cells(([metric]) => metric), least: 16 },
          { title: '', align: 'right', cells: cells(([, { value, unit }]) => figure(value, unit)) },
          { title: 'better', align: 'left', cells: cells(([, { better }]) => better) },
          { title: 'class', align: 'left', cells: cells((entry) => entry[1].class) },
        ],
        columns,
      ),
    )
  }
  const accepts = history.map(
    ({ when, who, reason, changed, first }): Line => [
      quiet(`  ${when.slice(0, 10)}  ${who ?? 'someone'}: `),
      oneLine(reason),
      quiet(first ? ' (first)' : ` (${counted(changed.length, 'figure')} changed)`),
    ],
  )
  return render(
    [...lines, ...(accepts.length > 0 ? [[], [strong('history')], ...accepts] : [])],
    columns,
    colour,
  )
}

const figure = (value: number | null, unit: Parameters<typeof format>[1]): string =>
  value === null ? ABSENT : format(value, unit)

/** What an acceptance changed, `from → to`. */
export function renderChangedFigures(
  changed: readonly ChangedFigure[],
  { variants }: Baseline,
  { columns, colour }: Look,
): string {
  const lines = changed.slice(0, MOST_CHANGES).map(({ variant, metric, from, to }): Line => {
    const unit = variants[variant]?.metrics[metric]?.unit ?? 'number'
    const where = Object.keys(variants).length > 1 ? quiet(` (${oneLine(variant)})`) : ''
    return [`  ${oneLine(metric)}  ${figure(from, unit)} → ${figure(to, unit)}`, where]
  })
  const more = changed.length - lines.length
  return render(more > 0 ? [...lines, [quiet(`  and ${more} more`)]] : lines, columns, colour)
}

/** `  OM-05  reproduced → refuted`. */
export const renderChangedClaims = (claims: readonly ChangedClaim[], { columns, colour }: Look): string =>
  render(
    claims.map(({ id, from, to }): Line => [`  claim ${oneLine(id)}  ${from ?? ABSENT} → ${to ?? ABSENT}`]),
    columns,
    colour,
  )
