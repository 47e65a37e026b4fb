// Draws the page's charts and tables for some of its variants and seeds, with the code that drew them at first. Heavy: the page
// reads it when something is filtered.

import type { Result } from '../../results/result.ts'
import { seedsOf } from '../axes.ts'
import { tableOf } from '../charts/data-table.ts'
import { drawSvg } from '../charts/draw.ts'
import { withColoursOf } from '../charts/kept-colours.ts'
import { CHARTS } from '../charts/registry.ts'
import { type Choice, chosen, noteOnChoice } from '../choice.ts'
import { type Drafted, figureOf } from '../figure.ts'
import { counted } from '../figures.ts'
import { drawnSections, figureElement } from '../html/drawn.ts'
import { keyFigures } from '../html/metrics.ts'
import { markup } from '../markup.ts'
import { type Packed, unpacked } from '../packed.ts'
import type { Tables } from './tables.ts'

export interface Redrawn {
  /** What stands in the elements of these identifiers; empty where there is nothing to say. Of `charts` the figures alone. */
  readonly parts: Readonly<Record<string, string>>
  readonly tables: Tables
}

/** `null`: it was wanted no more before all was drawn. */
type Draw = (choice: Choice, wanted: () => boolean) => Promise<Redrawn | null>

/** Reads what the page has packed, once, and draws of it whatever is chosen. */
export function drawer(text: string): Draw {
  const whole = unpacked(JSON.parse(text) as Packed)
  const before = new Map(CHARTS.flatMap((chart) => chart.draw(whole)).map(({ name, spec }) => [name, spec]))
  return async (choice, wanted) => {
    const result = chosen(whole, choice)
    const drafted: Drafted[] = []
    for (const chart of CHARTS) {
      await pause()
      if (!wanted()) return null
      const note = noteOnChoice(chart, whole, choice)
      for (const drawing of chart.draw(result)) {
        const { name, title, caption, spec } = drawing
        const table = tableOf(drawing)
        const drawn = await drawSvg(withColoursOf(before.get(name) ?? spec, spec), name)
        drafted.push({ name, title, caption: `${caption}${note}`, table, drawn, chart: true })
      }
    }
    const figures = drafted.map(figureOf)
    const notes = notesOn(whole, choice)
    const sections = drawnSections(result, figures).filter(({ id }) => id !== 'charts')
    return {
      parts: {
        drawn: figures.map((figure) => figureElement(figure).text).join('') || NOTHING.text,
        key: keyFigures(result)?.text ?? '',
        ...Object.fromEntries(
          sections.map(({ id, body }) => [id, body === null ? '' : `${body.text}${notes[id] ?? ''}`]),
        ),
      },
      tables: Object.fromEntries(drafted.map(({ name, table }) => [name, table])),
    }
  }
}

/** Lets the browser take up what waits: a key that was pressed, a newer choice. */
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })

const NOTHING = markup`<p class="quiet">Of what is chosen there is nothing to draw.</p>`

/** Of sections that show more than what is chosen. */
function notesOn(whole: Result, choice: Choice): Readonly<Record<string, string>> {
  const seeds = seedsOf(whole.variants)
  const note = (text: string): string => markup`<p class="quiet">${text}</p>`.text
  const speedup = note('Over all seeds and all variants of a line, whichever are chosen.')
  if (seeds.every((seed) => choice.seeds.has(seed))) return { speedup }
  return { speedup, breakdown: note(`Of all ${counted(seeds.length, 'seed')}, whichever are chosen.`) }
}
