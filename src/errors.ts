// What goes wrong by the user's hand: each mistake with its place, its value, what was expected and the mend.

/** Where in a file; lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface Mistake {
  /** Such as `unknown service: olama; known: nginx, ollama, redis`. */
  readonly message: string
  readonly place?: Place
  /** The offending line as written, for the caret. */
  readonly excerpt?: string
  /** The mend, such as `did you mean "ollama"?`. */
  readonly hint?: string
}

/** One or more mistakes in what the user gave: a scenario, a trace, an option. Ends in exit code 2, never in a stack trace. */
export class ScenarioError extends Error {
  readonly mistakes: readonly Mistake[]

  constructor(mistakes: readonly Mistake[] | string) {
    const list = typeof mistakes === 'string' ? [{ message: mistakes }] : mistakes
    super(list.map(describeMistake).join('\n'))
    this.name = 'ScenarioError'
    this.mistakes = list
  }
}

/** A mistake as text: place, message, the line with a caret, the mend. */
export function describeMistake(mistake: Mistake): string {
  const { place, excerpt, message, hint } = mistake
  const said = message.split('\n').map(printable).join('\n')
  const lines = [place ? `${printable(place.file)}:${place.line}:${place.column}: ${said}` : said]
  if (place && excerpt !== undefined) {
    const start = Math.max(0, place.column - 61)
    const shown = printable(excerpt.slice(start, start + 100))
    const label = `${place.line} | `
    lines.push(`  ${label}${shown}`, `  ${' '.repeat(label.length + place.column - 1 - start)}^`)
  }
  if (hint) lines.push(`  ${hint}`)
  return lines.join('\n')
}

/** Control characters made visible, so that hostile text cannot move the terminal's cursor. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '�')

/** A value from outside as it may stand in a message: printable, and cut to a length. */
export function quote(value: unknown, length = 60): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return printable(text.length > length ? `${text.slice(0, length - 1)}…` : text)
}

/** Edit distance with transpositions (Damerau-Levenshtein, optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + change)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, before[j - 2]! + 1)
      next.push(least)
    }
    before = row
    row = next
  }
  return row[b.length]!
}

/** The known name nearest to a mistyped one, if one is near enough to be meant. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > 64) return undefined
  let best: string | undefined
  let least = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** The mistake of naming what does not exist: `unknown X: v; known: a, b`, with a suggestion where one is near. */
export function unknownName(
  what: string,
  name: string,
  known: readonly string[],
  place?: Pick<Mistake, 'place' | 'excerpt'>,
): Mistake {
  const near = nearest(name, known)
  return {
    message: `unknown ${what}: ${quote(name)}; known: ${known.join(', ')}`,
    ...place,
    ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
  }
}

/** Our own broken invariant: a bug, never the user's doing. Ends in exit code 70. */
export class InvariantError extends Error {
  override name = 'InvariantError'
}

/** States what must hold; `message` says what does not, with the figures. */
export function invariant(holds: boolean, message: string | (() => string)): asserts holds {
  if (!holds) throw new InvariantError(typeof message === 'string' ? message : message())
}
