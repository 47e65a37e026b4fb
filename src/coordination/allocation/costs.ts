// What it costs to give a task to an agent, as OllamaMax's document has it: 0.6 × (1 − compatibility) + 0.4 × load / max load.

/** How good an agent is at what can be asked for, from 0 to 1; what it does not name it cannot do. */
export type Skills = Readonly<Record<string, number>>

/** How well an agent's skills meet what a task needs: the mean over its needs; who needs nothing is met by anybody. */
export function compatibilityOf(needs: readonly string[], skills: Skills): number {
  if (needs.length === 0) return 1
  let sum = 0
  for (const need of needs) sum += Object.hasOwn(skills, need) ? skills[need]! : 0
  return sum / needs.length
}

/** Tasks × agents, row after row. */
export function compatibilityMatrix(
  needs: readonly (readonly string[])[],
  skills: readonly Skills[],
): Float64Array {
  const matrix = new Float64Array(needs.length * skills.length)
  let at = 0
  for (const need of needs) for (const own of skills) matrix[at++] = compatibilityOf(need, own)
  return matrix
}

export interface CostTerms {
  /** Weight of what an agent lacks. */
  readonly mismatch: number
  /** Weight of what it has to do. */
  readonly load: number
  /** A load of this much counts as 1; 0: the largest there is. */
  readonly maxLoad: number
  /** Below this compatibility a pair is forbidden. */
  readonly least: number
}

/** The costs of all pairs: tasks × agents, row after row. */
export function assignmentCosts(
  compatibility: Float64Array,
  loads: Float64Array,
  { mismatch, load, maxLoad, least }: CostTerms,
): Float64Array {
  const full = maxLoad > 0 ? maxLoad : loads.reduce((a, b) => Math.max(a, b), 0)
  const agents = loads.length
  return compatibility.map((met, at) => {
    if (met < least) return Infinity
    const share = full > 0 ? loads[at % agents]! / full : 0
    return mismatch * (1 - met) + load * share
  })
}
