// Patterns as Redis matches them (PSUBSCRIBE, KEYS): `*` any text, `?` one character, `[abc]`, `[a-z]`, `[^a]`, and `\` for
// the character after it as it is. A pattern is read once; a match takes time in its length times the text's at most.

type Part = { readonly kind: 'any' } | { readonly kind: 'one'; readonly matches: (char: string) => boolean }

/** Whether a text matches a pattern. */
export function globOf(pattern: string): (text: string) => boolean {
  const parts = partsOf(pattern)
  return (text) => matches(parts, text)
}

function partsOf(pattern: string): readonly Part[] {
  const parts: Part[] = []
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!
    if (char === '*') {
      if (parts.at(-1)?.kind !== 'any') parts.push({ kind: 'any' })
    } else if (char === '?') parts.push({ kind: 'one', matches: () => true })
    else if (char === '[') {
      const { one, end } = classAt(pattern, i + 1)
      parts.push(one)
      i = end
    } else {
      const literal = char === '\\' && i + 1 < pattern.length ? pattern[++i]! : char
      parts.push({ kind: 'one', matches: (other) => other === literal })
    }
  }
  return parts
}

/** The class of characters that begins at a place; one that nothing closes goes to the end of the pattern. */
function classAt(pattern: string, from: number): { readonly one: Part; readonly end: number } {
  const negated = pattern[from] === '^'
  const ranges: (readonly [low: string, high: string])[] = []
  let i = negated ? from + 1 : from
  for (; i < pattern.length && pattern[i] !== ']'; i++) {
    if (pattern[i] === '\\' && i + 1 < pattern.length) i++
    const low = pattern[i]!
    if (pattern[i + 1] === '-' && i + 2 < pattern.length && pattern[i + 2] !== ']') {
      const high = pattern[i + 2]!
      ranges.push(low <= high ? [low, high] : [high, low])
      i += 2
    } else ranges.push([low, low])
  }
  const inside = (char: string): boolean => ranges.some(([low, high]) => low <= char && char <= high)
  return { one: { kind: 'one', matches: (char) => inside(char) !== negated }, end: i }
}

/** Goes on greedily, and back to the last `*` where that fails: one more character is its own then. */
function matches(parts: readonly Part[], text: string): boolean {
  let part = 0
  let at = 0
  let star = -1
  let starAt = 0
  while (at < text.length) {
    const next = parts[part]
    if (next?.kind === 'any') {
      star = part++
      starAt = at
    } else if (next?.matches(text[at]!)) {
      part++
      at++
    } else if (star >= 0) {
      part = star + 1
      at = ++starAt
    } else return false
  }
  while (parts[part]?.kind === 'any') part++
  return part === parts.length
}
