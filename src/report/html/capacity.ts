// A search for a capacity as one page that needs nothing else: what is enough and what is not, the frontier, all that was tried.

import type { CapacityFile } from '../../results/searches.ts'
import { capacityDrawing } from '../charts/searches.ts'
import type { Figure } from '../figure.ts'
import { counted } from '../figures.ts'
import { type Markup, markup } from '../markup.ts'
import { capacityInWords, decidedInWords, shownCapacity } from '../searches.ts'
import { renderFigure } from '../svg.ts'
import { seedsOf } from '../terminal/capacity.ts'
import { figureElement } from './drawn.ts'
import { searchPage } from './search.ts'
import { framed, table } from './table.ts'
import { mark } from './verdict.ts'

const MOST_TRIALS = 500

/** The page. Same file, same bytes. */
export async function renderCapacityPage(file: CapacityFile): Promise<string> {
  const figure = await capacityFigure(file)
  const { of, seek, found } = file
  const { written, range } = shownCapacity(file).titles
  const tried = found.reduce((sum, { trials }) => sum + new Set(trials.map(({ value }) => value)).size, 0)
  return searchPage({
    kind: 'Capacity',
    file,
    asked: `${seek === 'highest' ? 'highest' : 'smallest'} ${of.name} from ${written(range[0])} to ${written(range[1])} · ${counted(tried, 'value')} tried`,
    sections: [
      markup`<section aria-label="Verdict">${capacityVerdict(file)}</section>`,
      markup`<section id="charts"><div class="figures">${figureElement(figure)}</div></section>`,
      markup`<section id="trials">${trialsSection(file)}</section>`,
    ],
    figures: [figure],
  })
}

export const capacityFigure = (file: CapacityFile): Promise<Figure> => renderFigure(capacityDrawing(file))

/** A sentence for each value of the other quantity, and what is to be doubted. */
export function capacityVerdict(file: CapacityFile): Markup {
  const { found, of, by } = file
  const { written } = shownCapacity(file).titles
  const sentences = found.map((each) => {
    const [tone, word] =
      each.passing === null
        ? (['bad', 'nothing passes'] as const)
        : each.failing === null
          ? (['doubt', 'open end'] as const)
          : (['good', written(each.passing)] as const)
    return markup`<li class="${tone}"><b>${word}</b><small>${capacityInWords(file, each)}</small></li>`
  })
  const uneven = found.flatMap(({ at, uneven }) =>
    uneven === null
      ? []
      : [
          markup`<p>${mark('doubt', 'uneven')} ${at === null ? '' : `With ${by}=${at}: `}${of.name} ${written(uneven.failed)} failed and ${written(uneven.passed)}, which is harder, passed. There are several brackets, and this is one of them.</p>`,
        ],
  )
  return markup`<ul class="tiles">${sentences}</ul>${uneven}`
}

function trialsSection(file: CapacityFile): Markup {
  const { found, of, by } = file
  const { written } = shownCapacity(file).titles
  const trials = found.flatMap(({ at, trials }) =>
    trials.toSorted((a, b) => a.value - b.value || a.seeds - b.seeds).map((trial) => ({ at, ...trial })),
  )
  const rows = trials.slice(0, MOST_TRIALS).map((trial) => {
    const { at, value, pass, seeds } = trial
    return markup`<tr>${by === null ? null : markup`<td class="name">${at}</td>`}<td class="figure" data-value="${value}">${written(value)}</td><td>${pass ? mark('good', 'passes') : mark('bad', 'fails')}</td><td class="figure" data-value="${seeds}">${seedsOf(trial)}</td><td class="wide">${decidedInWords(trial)}</td></tr>`
  })
  const left = trials.length - rows.length
  return markup`<h2>What was tried</h2><p class="quiet">The verdict is that on the means over the seeds; beside it, with how many of them, each alone, all would hold. Then what failed first, or, of what passes, what was nearest to failing.</p>${framed(
    'What was tried',
    table(
      [
        ...(by === null ? [] : [{ title: by }]),
        { title: of.name, figure: true },
        { title: 'Verdict' },
        { title: 'Alone', figure: true },
        { title: 'What decided' },
      ],
      rows,
      'trials',
    ),
  )}${left > 0 ? markup`<p class="quiet">${counted(left, 'more trial')} in capacity.json.</p>` : null}`
}
