// The parameters of a scenario: constants, and texts with `${…}` that use the parameters above them.

import type { Scope } from './expression.ts'
import { expressionProblem, type Report } from './problem.ts'
import type { Scalar } from './scenario.ts'
import { parseTemplate, type Template } from './template.ts'

export interface ParameterTable {
  readonly names: readonly string[]
  /** All values, those of the axes given; `undefined` where an expression fails, which is reported. */
  values(axes: Scope, report: Report): Scope | undefined
}

/** The table of what is declared; what is wrong with an expression itself is reported here. */
export function parameterTable(declared: Readonly<Record<string, Scalar>>, report: Report): ParameterTable {
  const names = Object.keys(declared)
  const templates = new Map<string, Template>()
  for (const [i, name] of names.entries()) {
    const value = declared[name]!
    if (typeof value !== 'string') continue
    try {
      const template = parseTemplate(value, names.slice(0, i))
      if (template) templates.set(name, template)
    } catch (error) {
      report(['parameters', name], expressionProblem(name, error))
    }
  }
  return {
    names,
    values(axes, reportFailure) {
      const values: Record<string, Scalar> = {}
      for (const name of names) {
        try {
          const given = Object.hasOwn(axes, name) ? axes[name] : templates.get(name)?.fill(values)
          values[name] = given ?? declared[name]!
        } catch (error) {
          reportFailure(['parameters', name], expressionProblem(name, error))
          return undefined
        }
      }
      return values
    },
  }
}
