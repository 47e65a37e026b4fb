// Where a command prints, and what can be shown there: its width, and whether colours are wanted (https://no-color.org).

export interface Terminal {
  /** Prints a line, or several, on standard output. */
  print(text: string): void
  /** Standard output as it is, for JSON and YAML. */
  write(text: string): void
  /** A line, or several, on standard error. */
  complain(text: string): void
  /** Rewrites a line on standard error, such as progress; `undefined` where nobody watches. */
  readonly rewrite: ((text: string) => void) | undefined
  readonly columns: number
  readonly colour: boolean
}

/** The terminal that this process was given. */
export const processTerminal = (): Terminal => ({
  print: (text) => void process.stdout.write(`${text}\n`),
  write: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(`${text}\n`),
  rewrite: process.stderr.isTTY ? (text) => void process.stderr.write(text) : undefined,
  columns: columnsOf(process.stdout.columns ?? Number(process.env.COLUMNS)),
  colour: colourWanted(process.env, process.stdout.isTTY === true),
})

/** From 40 to 100; 80 where nothing is known. */
export const columnsOf = (columns: number): number =>
  columns > 0 ? Math.max(40, Math.min(100, columns)) : 80

/** What the user wants goes before what the terminal can. */
export function colourWanted(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env
  if (NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return isTerminal && TERM !== 'dumb'
}
