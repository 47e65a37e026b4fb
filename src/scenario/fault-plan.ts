// A plan of faults as a file: printed whole, so that it can be read, edited and replayed with `run --faults`.

import { stringify } from 'yaml'
import { ScenarioError } from '../errors.ts'
import { kebab, type Parameters, type ParameterType, type Reference } from '../parameters.ts'
import type { PlannedFault } from '../world/faults/plan.ts'
import { written } from './check/quantity.ts'
import type { Registries } from './registry.ts'
import { mistakeAt } from './source/places.ts'
import { setAt } from './source/set.ts'
import { readFileText } from './source/text.ts'
import type { Node } from './source/tree.ts'

/** The plan as YAML, one fault a line; `about` becomes a comment. Read again, it is the same plan. */
export function planText(plan: readonly PlannedFault[], registries: Registries, about: string): string {
  const lines = plan.map(({ at, kind, values }) => {
    const { parameters } = registries.faults[kind]!
    const fault = { at: written(at, 'ns'), kind, ...mapping(parameters, values, registries) }
    return `  - ${stringify(fault, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()}`
  })
  return [`# ${about}`, lines.length === 0 ? 'faults: []' : 'faults:', ...lines, ''].join('\n')
}

function mapping(
  parameters: Parameters,
  values: Readonly<Record<string, unknown>>,
  registries: Registries,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { shape, default: usual }]) => {
      const value = values[name]
      const same = value === undefined || JSON.stringify(value) === JSON.stringify(usual)
      return same ? [] : [[kebab(name), asWritten(shape, value, registries)]]
    }),
  )
}

/** A checked value as a scenario would write it. */
function asWritten(shape: ParameterType, value: unknown, registries: Registries): unknown {
  switch (shape.type) {
    case 'quantity': {
      const text = written(value as number, shape.unit)
      return text === String(value) ? value : text
    }
    case 'reference': {
      const names = (value as Reference).map(({ name }) => name)
      return names.length === 1 ? names[0] : names
    }
    case 'distribution': {
      const { kind, ...values } = value as { kind: string }
      const [bare] = Object.values(values)
      if (kind === 'constant') return asWritten({ type: 'quantity', unit: shape.unit }, bare, registries)
      return { kind, ...mapping(registries.distributions[kind]!.parameters(shape.unit), values, registries) }
    }
    case 'list':
      return (value as readonly unknown[]).map((item) => asWritten(shape.of.shape, item, registries))
    case 'text':
    case 'flag':
    case 'choice':
      return value
    default:
      throw new Error(`a fault has a parameter of type ${shape.type}, which a plan cannot write`)
  }
}

/** The scenario with the faults of a plan's file instead of its own, written and drawn. Throws a ScenarioError. */
export function withPlan(tree: Node, text: string, file: string): Node {
  const plan = readFileText(text, file)
  const entries = plan.type === 'mapping' ? [...plan.entries] : []
  const faults = entries.find(([key]) => key === 'faults')
  const other = entries.find(([key]) => key !== 'faults')
  if (!faults || other)
    throw new ScenarioError([
      mistakeAt(
        other ? other[1].origin : plan.origin,
        other ? `unknown key: ${other[0]}; known: faults` : 'missing faults: what goes wrong, and when',
        'a plan of faults is what `rehearsal faults SCENARIO` prints',
      ),
    ])
  const { node } = faults[1]
  const nothing: Node = { type: 'scalar', value: null, origin: node.origin }
  return setAt(setAt(tree, ['faults'], node), ['fault-profile'], nothing)
}
