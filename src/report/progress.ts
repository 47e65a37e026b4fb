// A line that says how far the runs are, rewritten in place. For a terminal only; the caller decides.

import { format } from '../units.ts'
import { counted } from './figures.ts'
import { cut, oneLine } from './terminal/text.ts'

export interface Progress {
  /** How many runs are done of how many. */
  update(done: number, total: number): void
  /** Takes the line away. */
  clear(): void
}

export interface ProgressOptions {
  readonly write: (text: string) => void
  /** Milliseconds of any monotonic clock. */
  readonly now: () => number
  /** Width of the terminal; default 80. */
  readonly columns?: number
  /** What is run, such as the scenario's name. */
  readonly label?: string
}

/** The line is rewritten at most so often, so that it neither flickers nor costs. */
const EVERY_MS = 100
const ERASE_TO_END = '\u001b[K'

export function createProgress({ write, now, columns = 80, label = '' }: ProgressOptions): Progress {
  const began = now()
  let written = Number.NEGATIVE_INFINITY
  let shown = false
  return {
    update(done, total) {
      const time = now()
      if (time - written < EVERY_MS && done < total) return
      written = time
      shown = true
      // One column is left free, else some terminals wrap. Text first and erasing after it: no flicker.
      write(`\r${cut(oneLine(progressText(done, total, time - began, label)), columns - 1)}${ERASE_TO_END}`)
    },
    clear() {
      if (shown) write(`\r${ERASE_TO_END}`)
      shown = false
    },
  }
}

/** `topology 120/360 runs, 33 %, 12 s left`. Time left is the time of the runs done, for the runs to do. */
export function progressText(done: number, total: number, elapsedMs: number, label = ''): string {
  const share = total === 0 ? 100 : Math.floor((100 * done) / total)
  const leftMs = done === 0 ? null : (elapsedMs / done) * (total - done)
  const left = leftMs === null || done === total ? '' : `, ${timeLeft(leftMs)} left`
  return `${label === '' ? '' : `${label}  `}${done}/${counted(total, 'run')}, ${share} %${left}`
}

/** In whole seconds, then minutes: more is false precision. */
const timeLeft = (leftMs: number): string =>
  leftMs < 90_000 ? format(Math.ceil(leftMs / 1000) * 1e9, 'ns') : `${Math.ceil(leftMs / 60_000)} min`
