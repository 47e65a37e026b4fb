// What the diagrams are drawn with: as much of a d3 selection as they need, so that the same code draws in Node, on
// jsdom, and in a browser. Text goes in by `text` alone, so that no name can become an element.

import { FONT_SIZE, INK } from '../charts/theme.ts'

export interface Pen {
  append(element: string): Pen
  attr(name: string, value: string | number): Pen
  text(value: string): Pen
}

/** Of all diagrams, in pixels: both columns of a page. */
export const DIAGRAM_WIDTH = 960
export const SMALL = FONT_SIZE - 2

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box extends Point {
  readonly width: number
  readonly height: number
}

/** To two decimals, so that the last bits of an engine's arithmetic are not seen; never -0. */
export const round = (value: number): number => Math.round(value * 100) / 100 + 0

/** Sets attributes, numbers rounded. */
function set(pen: Pen, attributes: Readonly<Record<string, string | number>>): Pen {
  for (const [name, value] of Object.entries(attributes))
    pen.attr(name, typeof value === 'number' ? round(value) : value)
  return pen
}

export const mark = (pen: Pen, element: string, attributes: Readonly<Record<string, string | number>>): Pen =>
  set(pen.append(element), attributes)

/** A line of text; `anchor` is the side of it that stands at `x`. */
export const write = (
  pen: Pen,
  { x, y }: Point,
  text: string,
  attributes: Readonly<Record<string, string | number>> = {},
): Pen => mark(pen, 'text', { x, y, 'font-size': SMALL, fill: INK.light, ...attributes }).text(text)

export const touches = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
