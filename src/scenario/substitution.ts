// Filling in `${…}` in the sections of a scenario, for one variant after the other.

import type { Scope } from './expression.ts'
import { expressionProblem, type Problem, type Report } from './problem.ts'
import type { Path, Scalar } from './scenario.ts'
import { type Node, plain } from './source/tree.ts'
import { parseTemplate, type Template } from './template.ts'

/** Expressions by themselves, and what is said to people: nothing is filled in there. */
const VERBATIM: readonly string[] = ['when', 'condition', 'text', 'note', 'source', 'why', 'out-of-reach']

const isVerbatim = ([section, , key]: Path): boolean =>
  (section === 'expect' || section === 'claims') && VERBATIM.includes(String(key))

/** Plain data of a section; a text that cannot be filled in is reported and stays as it is. */
export type Substitution = (section: Node, path: Path, scope: Scope, report: Report) => unknown

/** Parses each text once, whatever the number of variants. */
export function substitution(parameters: readonly string[]): Substitution {
  const parsed = new Map<string, Template | Problem | undefined>()
  const parse = (text: string): Template | Problem | undefined => {
    if (!parsed.has(text))
      parsed.set(
        text,
        attempt(() => parseTemplate(text, parameters)),
      )
    return parsed.get(text)
  }
  return (section, from, scope, report) =>
    plain(
      section,
      ({ value }, path) => {
        if (typeof value !== 'string' || !value.includes('${') || isVerbatim(path)) return value
        const template = parse(value)
        const filled = template && 'fill' in template ? attempt<Scalar>(() => template.fill(scope)) : template
        if (typeof filled !== 'object') return filled ?? value
        report(path, filled as Problem)
        return value
      },
      from,
    )
}

function attempt<T>(work: () => T): T | Problem {
  try {
    return work()
  } catch (error) {
    return expressionProblem('expression', error)
  }
}
