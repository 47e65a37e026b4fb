// Zooming and moving a window of time within the whole.

import type { Window } from './lanes-layout.ts'

/** No window is shorter, in nanoseconds. */
const SHORTEST = 100

/** So many times as long; what lies at `share` of it stays where it is, as far as the whole allows. */
export function zoomed({ from, until }: Window, whole: Window, factor: number, share: number): Window {
  const at = from + (until - from) * Math.min(1, Math.max(0, share))
  const length = Math.min(whole.until - whole.from, Math.max(SHORTEST, (until - from) * factor))
  return within(at - length * Math.min(1, Math.max(0, share)), length, whole)
}

/** Later by a share of its length. */
export const moved = ({ from, until }: Window, whole: Window, share: number): Window =>
  within(from + (until - from) * share, until - from, whole)

function within(from: number, length: number, whole: Window): Window {
  const lasts = Math.min(Math.round(length), whole.until - whole.from)
  const begin = Math.min(whole.until - lasts, Math.max(whole.from, Math.round(from)))
  return { from: begin, until: begin + lasts }
}
