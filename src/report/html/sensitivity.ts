// A screening as one page that needs nothing else: what the figure hangs on most, the tornado, every input, every point.

import type { SensitivityFile } from '../../results/searches.ts'
import { format, formatNumber } from '../../units.ts'
import { sensitivityDrawing } from '../charts/searches.ts'
import type { Figure } from '../figure.ts'
import { ABSENT, counted, percent } from '../figures.ts'
import { type Markup, markup } from '../markup.ts'
import { renderFigure } from '../svg.ts'
import { figureElement } from './drawn.ts'
import { searchPage } from './search.ts'
import { framed, table } from './table.ts'

const MOST_POINTS = 200

type Input = SensitivityFile['inputs'][number]

/** The page. Same file, same bytes. */
export async function renderSensitivityPage(file: SensitivityFile): Promise<string> {
  const figure = await sensitivityFigure(file)
  const figures = figure ? [figure] : []
  return searchPage({
    kind: 'Sensitivity',
    file,
    asked: `${file.metric} over ${counted(file.inputs.length, 'input')}, ${METHODS[file.method]}`,
    sections: [
      markup`<section aria-label="Verdict">${sensitivityVerdict(file)}</section>`,
      markup`<section id="charts"><div class="figures">${figures.map(figureElement)}</div></section>`,
      markup`<section id="inputs">${inputsSection(file)}</section>`,
      markup`<section id="points">${pointsSection(file)}</section>`,
    ],
    figures,
  })
}

const METHODS: Readonly<Record<SensitivityFile['method'], string>> = {
  'one-at-a-time': 'one at a time',
  morris: 'from random points (Morris)',
  sobol: 'shares of the variance (Sobol)',
}

/** `undefined` where no input has a figure. */
export async function sensitivityFigure(file: SensitivityFile): Promise<Figure | undefined> {
  const drawing = sensitivityDrawing(file)
  return drawing && renderFigure(drawing)
}

/** The first input in a sentence, and how much less the next one does. */
export function sensitivityVerdict({ metric, unit, base, inputs }: SensitivityFile): Markup {
  const as = base === null ? `${metric} is absent` : `${metric} is ${format(base, unit)}`
  const [first, ...others] = inputs.map((input) => ({ input, said: effectInWords(input, unit) }))
  if (!first || first.said === null)
    return markup`<p class="lead">No input has a figure at both of its ends. As the scenario stands, ${as}.</p>`
  const rest = others.flatMap(({ input, said }) => (said === null ? [] : [`${input.name}: ${said}`]))
  return markup`<p class="lead"><b>${metric} hangs most on ${first.input.name}: ${first.said}.</b> As the scenario stands, ${as}.</p>${
    rest.length === 0 ? null : markup`<p>Then ${rest.slice(0, 3).join('; ')}.</p>`
  }`
}

/** `from 47.7 s at 1 to 2.94 s at 4`; `null` where it has no figure. */
function effectInWords({ effect, ends }: Input, unit: SensitivityFile['unit']): string | null {
  switch (effect.method) {
    case 'one-at-a-time': {
      const [low, high] = [effect.points[0]!.figure, effect.points.at(-1)!.figure]
      return low === null || high === null
        ? null
        : `${format(low, unit)} at ${ends[0]}, ${format(high, unit)} at ${ends[1]}`
    }
    case 'morris':
      return `over its range it moves by ${format(effect.size, unit)}`
    case 'sobol':
      return `${format(effect.total, 'ratio')} of the variance`
  }
}

const HEADINGS: Readonly<Record<SensitivityFile['method'], readonly string[]>> = {
  'one-at-a-time': ['At the low end', 'At the high end', 'Swing'],
  morris: ['μ*', 'μ', 'σ'],
  sobol: ['First order', 'Total'],
}

const NOTES: Readonly<Record<SensitivityFile['method'], string>> = {
  'one-at-a-time':
    'Each input at the ends of its range, all others as they are; ± is half of a 95 % interval.',
  morris:
    'μ*: how much the figure moves over the whole range; μ: the same with signs; σ: large where the effect bends or depends on the others.',
  sobol:
    'Shares of the figure’s variance where all inputs vary at once: of each alone, and with all that it takes part in; 95 % intervals.',
}

function inputsSection({ inputs, unit, method }: SensitivityFile): Markup {
  const rows = inputs.map((input) => {
    const cells = cellsOf(input, unit).map(
      ([text, value]) => markup`<td class="figure" data-value="${value ?? ''}">${text}</td>`,
    )
    return markup`<tr><th scope="row">${input.name}</th><td class="figure">${input.ends[0]}</td><td class="figure">${input.ends[1]}</td>${cells}</tr>`
  })
  const headings = ['Low', 'High', ...HEADINGS[method]].map((title) => ({ title, figure: true }))
  return markup`<h2>Inputs</h2><p class="quiet">${NOTES[method]}</p>${framed('Inputs', table([{ title: 'Input' }, ...headings], rows, 'inputs'))}`
}

/** Text, and the number that it is sorted by. */
function cellsOf({ effect }: Input, unit: SensitivityFile['unit']) {
  const figure = (value: number | null) => [value === null ? ABSENT : format(value, unit), value] as const
  switch (effect.method) {
    case 'one-at-a-time': {
      const { points, swing, interval } = effect
      const half =
        interval === null || !swing ? '' : ` ± ${percent((interval[1] - interval[0]) / 2 / Math.abs(swing))}`
      return [
        figure(points[0]!.figure),
        figure(points.at(-1)!.figure),
        [`${figure(swing)[0]}${half}`, swing] as const,
      ]
    }
    case 'morris':
      return [figure(effect.size), figure(effect.direction), figure(effect.spread)]
    case 'sobol':
      return [
        [shareInWords(effect.first, effect.firstInterval), effect.first] as const,
        [shareInWords(effect.total, effect.totalInterval), effect.total] as const,
      ]
  }
}

const digits = (value: number): string => formatNumber(Math.round(value * 100) / 100)
const shareInWords = (share: number, { low, high }: { low: number; high: number }): string =>
  `${digits(share)} (${digits(low)} to ${digits(high)})`

/** Each point that was run: the inputs that it sets, and the figure there. */
function pointsSection({ varied, settings, metric, unit }: SensitivityFile): Markup | null {
  if (varied === undefined) return null
  const rows = settings
    .slice(0, MOST_POINTS)
    .map(
      ({ values, figure }) =>
        markup`<tr>${values.map((value) => markup`<td class="figure" data-value="${value ?? ''}">${value === null ? 'as it is' : formatNumber(Number(value.toPrecision(6)))}</td>`)}<td class="figure" data-value="${figure ?? ''}">${figure === null ? ABSENT : format(figure, unit)}</td></tr>`,
    )
  const left = settings.length - rows.length
  const headings = [...varied, metric].map((title) => ({ title, figure: true }))
  return markup`<h2>Points</h2><details data-open="points"><summary>${counted(settings.length, 'point')}</summary>${framed('Points', table(headings, rows, 'points'))}${
    left > 0 ? markup`<p class="quiet">${counted(left, 'more point')} in sensitivity.json.</p>` : null
  }</details>`
}
