// Names of instances: a group's `ollama` stands for `ollama.1`, `ollama.2` …, or for itself where it is one alone;
// and `ollama.1` is also that one alone, so that a matrix may vary how many there are.

/** The names that instances of a group bear. */
export const instanceNames = (group: string, count: number): readonly string[] =>
  count === 1 ? [group] : Array.from({ length: count }, (_, i) => `${group}.${i + 1}`)

/** Those that a name means, in their order; none where nothing bears it. */
export function instancesNamed<T>(all: ReadonlyMap<string, T>, name: string): readonly T[] {
  const own = all.get(name) ?? (name.endsWith('.1') ? all.get(name.slice(0, -2)) : undefined)
  if (own !== undefined) return [own]
  const found: T[] = []
  for (let i = 1; ; i++) {
    const next = all.get(`${name}.${i}`)
    if (next === undefined) return found
    found.push(next)
  }
}
