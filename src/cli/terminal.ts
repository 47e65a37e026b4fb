// What the terminal can show: its width, and whether colours are wanted (https://no-color.org).

/** Columns of the terminal, at most 100; 80 where there is none. */
export const columns = (): number => Math.max(40, Math.min(100, process.stdout.columns ?? 80))

export const colourWanted = (): boolean => {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0'
  return process.stdout.isTTY === true && TERM !== 'dumb'
}
