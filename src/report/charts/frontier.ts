// A search for a capacity: what was tried, what passed, and the bracket between; a row for each value of the other quantity.

import { type CapacityTitles, type ShownCapacity, trialOf } from '../terminal/capacity.ts'
import { logarithmicTicks, placeAxis } from './axis.ts'
import type { Drawing } from './chart.ts'
import { label, labels, rowAxis, widthBeside } from './labels.ts'
import { QUIET, SERIES_COLOURS } from './theme.ts'

const VERDICTS = ['passes', 'fails']
/** The axis is logarithmic where its largest value is so many times its smallest. */
const LOGARITHMIC_FROM = 16

export function frontier(
  found: readonly ShownCapacity[],
  titles: CapacityTitles & { readonly unit: string },
): Drawing {
  const { of, by, seek, written, unit } = titles
  const rows = labels(found.map(({ at }) => at ?? label(of)))
  const values = found.flatMap(({ trials }, i) =>
    [...new Set(trials.map(({ value }) => value))].map((value) => ({
      row: rows[i],
      value,
      verdict: VERDICTS[trialOf(found[i]!, value)!.pass ? 0 : 1],
    })),
  )
  const brackets = found.flatMap(({ passing, failing }, i) =>
    passing === null || failing === null ? [] : [{ row: rows[i], passing, failing }],
  )
  const places = [...new Set(values.map(({ value }) => value))].sort((a, b) => a - b)
  const logarithmic = places[0]! > 0 && places.at(-1)! / places[0]! >= LOGARITHMIC_FROM
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    scale: { type: logarithmic ? 'log' : 'linear', zero: false, nice: false, padding: 14 },
    axis: {
      ...placeAxis(unit === '' ? of : `${of} (${unit})`, [], 6),
      values: logarithmic ? logarithmicTicks(places[0]!, places.at(-1)!) : undefined,
      tickCount: 6,
    },
  })
  const y = { field: 'row', type: 'nominal', sort: rows, axis: { ...rowAxis(by), grid: true } }
  const series = {
    field: 'verdict',
    type: 'nominal',
    scale: { domain: VERDICTS, range: [SERIES_COLOURS[2], SERIES_COLOURS[1]] },
    sort: null,
  }
  return {
    name: 'capacity',
    title: titleOf(found, titles),
    caption: `Each mark is a value that was tried, with the verdict of the most seeds it was tried with: does it do all that is expected? The thick line joins the ${
      seek === 'highest' ? 'highest' : 'smallest'
    } that passes and the next that fails. From ${written(titles.range[0])} to ${written(titles.range[1])}.`,
    table: {
      columns: [
        ...(by === null ? [] : [label(by)]),
        unit === '' ? label(of) : `${label(of)} (${unit})`,
        'verdict',
        'seeds',
        'seeds that pass alone',
      ],
      rows: found.flatMap(({ at, trials }) =>
        trials.map(({ value, pass, seeds, passingSeeds }) => [
          ...(by === null ? [] : [at]),
          value,
          VERDICTS[pass ? 0 : 1]!,
          seeds,
          passingSeeds,
        ]),
      ),
    },
    spec: {
      width: widthBeside(rows),
      height: { step: 36 },
      layer: [
        {
          data: { values: brackets },
          mark: { type: 'rule', strokeWidth: 5, color: QUIET.light },
          encoding: { y, x: x('passing'), x2: { field: 'failing' } },
        },
        {
          data: { values },
          mark: { type: 'point', size: 64 },
          encoding: {
            y,
            x: x('value'),
            color: { ...series, legend: { title: null } },
            shape: { ...series, scale: { domain: VERDICTS, range: ['circle', 'cross'] } },
          },
        },
      ],
    },
  }
}

/** `workers: at least 10 with slots=4 … 7 with slots=8`. */
function titleOf(found: readonly ShownCapacity[], { of, by, seek, written }: CapacityTitles): string {
  const bound = seek === 'highest' ? 'at most' : 'at least'
  const words = ({ passing, at }: ShownCapacity): string =>
    `${passing === null ? 'nothing passes' : `${bound} ${written(passing)}`}${at === null ? '' : ` with ${label(`${by}=${at}`)}`}`
  const [first, last] = [found[0]!, found.at(-1)!]
  return `${label(of)}: ${words(first)}${first === last ? '' : `, ${words(last)}`}`
}
