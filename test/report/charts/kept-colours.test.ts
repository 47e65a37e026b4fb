import { expect, test } from 'vitest'
import { withColoursOf } from '../../../src/report/charts/kept-colours.ts'
import { seriesColour } from '../../../src/report/charts/labels.ts'
import { SERIES_COLOURS } from '../../../src/report/charts/theme.ts'

const DATA = { values: [{ series: 'ring' }] }
const drawing = (names: readonly string[]) => ({
  data: DATA,
  layer: [{ mark: 'line', encoding: { color: seriesColour(names, 480) } }, { mark: 'rule' }],
})
const coloursOf = (spec: unknown): Record<string, string> => {
  const { domain, range } = (
    spec as { layer: { encoding: { color: { scale: Record<string, string[]> } } }[] }
  ).layer[0]!.encoding.color.scale
  return Object.fromEntries(domain!.map((name, i) => [name, range![i]!]))
}
const [first, second, third] = SERIES_COLOURS

test('what is left of the series keeps its colours', () => {
  const whole = drawing(['mesh', 'ring', 'tree'])
  expect(coloursOf(withColoursOf(whole, drawing(['ring', 'tree'])))).toEqual({ ring: second, tree: third })
})

test('what was not among them gets a colour that none of them has', () => {
  const some = withColoursOf(drawing(['mesh', 'ring', 'tree']), drawing(['star', 'ring', 'line']))
  expect(coloursOf(some)).toEqual({ star: first, ring: second, line: third })
})

test('the rest of a drawing is as it was, its data the same list', () => {
  const spec = drawing(['ring'])
  const some = withColoursOf(drawing(['ring']), spec)
  expect(some).toEqual(spec)
  expect(some.data).toBe(DATA)
})
