// How charts look. The light colours stand in the drawing itself, so that every viewer shows them; each has a dark
// one, which a style sheet puts in its place by the attribute: `[fill="#0072b2"]{fill:#4ba3e3}`.
// The palette is that of Okabe and Ito (jfly.uni-koeln.de/color, 2008), told apart with every colour vision, its
// yellow, too pale for lines on white, replaced.

import type { Spec } from './chart.ts'

export interface Colour {
  readonly light: string
  readonly dark: string
}

const colour = (light: string, dark: string): Colour => ({ light, dark })

export const INK = colour('#1b1f24', '#e6e9ed')
export const QUIET = colour('#59636e', '#9da7b3')
export const GRID = colour('#e4e7eb', '#2b3138')
export const PAPER = colour('#ffffff', '#14171b')

const SERIES: readonly Colour[] = [
  colour('#0072b2', '#4ba3e3'),
  colour('#d55e00', '#ff8f50'),
  colour('#009e73', '#2fc99a'),
  colour('#b04a8b', '#e68fc6'),
  colour('#e69f00', '#ffc84a'),
  colour('#56b4e9', '#a8dcff'),
  colour('#7b5b3a', '#c8a67c'),
  colour('#3b3f8f', '#8d92f0'),
  colour('#8a8f98', '#c3c7ce'),
]

/** From idle to wholly used, in eleven steps: 0 to below 10 %, …, 100 %. */
const HEAT: readonly Colour[] = [
  colour('#eaeff4', '#1c2127'),
  colour('#e3ecf4', '#1d2c3a'),
  colour('#cfe0ee', '#1e384d'),
  colour('#b5d1e6', '#204560'),
  colour('#97bfdc', '#225374'),
  colour('#77abd0', '#276389'),
  colour('#5895c2', '#2f759f'),
  colour('#3c7db1', '#4189b3'),
  colour('#25649b', '#6aa3c8'),
  colour('#134a80', '#a3c7e0'),
  colour('#d54e12', '#ff9a62'),
]

export const SERIES_COLOURS: readonly string[] = SERIES.map(({ light }) => light)
export const HEAT_COLOURS: readonly string[] = HEAT.map(({ light }) => light)

/** No more series than these in one drawing. */
export const MOST_SERIES = 8

/** The rules that turn drawings below `scope` (a selector, with its blank; may be empty) dark. */
export const darkRules = (scope: string): string =>
  [INK, QUIET, GRID, PAPER, ...SERIES, ...HEAT]
    .map(
      ({ light, dark }) =>
        `${scope}[fill="${light}"]{fill:${dark}}${scope}[stroke="${light}"]{stroke:${dark}}`,
    )
    .join('')

export const FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif'
export const FONT_SIZE = 13

/** Of a drawing's inside, in pixels; the axes come on top. */
export const WIDTH = 480
export const HEIGHT = 260

export const CONFIG: Spec = {
  aria: false,
  background: 'transparent',
  padding: 6,
  view: { stroke: null },
  axis: {
    labelColor: QUIET.light,
    labelFontSize: FONT_SIZE - 1,
    titleColor: QUIET.light,
    titleFontSize: FONT_SIZE - 1,
    titleFontWeight: 'normal',
    titlePadding: 8,
    domainColor: QUIET.light,
    tickColor: QUIET.light,
    gridColor: GRID.light,
    labelLimit: 200,
    labelOverlap: 'greedy',
    labelSeparation: 5,
    tickSize: 4,
  },
  axisX: { grid: false },
  axisQuantitative: { labelExpr: "format(datum.value,',~r')" },
  axisY: {
    domain: false,
    ticks: false,
    titleAnchor: 'end',
    titleAngle: 0,
    titleAlign: 'left',
    titleX: 0,
    titleY: -14,
  },
  legend: {
    orient: 'bottom',
    direction: 'horizontal',
    labelColor: INK.light,
    labelFontSize: FONT_SIZE - 1,
    labelLimit: 420,
    titleColor: QUIET.light,
    titleFontSize: FONT_SIZE - 1,
    titleFontWeight: 'normal',
    symbolStrokeWidth: 2.5,
    symbolSize: 90,
    offset: 12,
    columnPadding: 18,
  },
  header: {
    labelColor: INK.light,
    labelFontSize: FONT_SIZE - 1,
    labelAnchor: 'start',
    labelLimit: WIDTH,
    title: null,
    labelPadding: 4,
  },
  title: { color: INK.light, fontSize: FONT_SIZE + 2, anchor: 'start', fontWeight: 600, offset: 14 },
  line: { strokeWidth: 2, strokeJoin: 'round', strokeCap: 'round' },
  text: { color: INK.light, fontSize: FONT_SIZE - 1 },
  rule: { color: QUIET.light },
  bar: { color: SERIES_COLOURS[0]! },
  point: { filled: true, size: 60, opacity: 1 },
}
