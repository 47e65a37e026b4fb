// What checking a value must know besides the value: the registries, and the names of the scenario at hand.

import { z } from 'zod'
import type { Unit } from '../../units.ts'
import type { Scope } from '../expression.ts'
import { type Problem, unknown } from '../problem.ts'
import type { Registries } from '../registry.ts'
import type { Scalar } from '../scenario.ts'

/** What is said of a schema to editors. */
export interface Note {
  /** A schema used in many places is described once, under this name. */
  readonly id?: string
  readonly description?: string
  /** The default as a scenario would write it. */
  readonly written?: unknown
  /** Shorter ways of writing the same, as JSON Schemas. */
  readonly also?: readonly Readonly<Record<string, unknown>>[]
  /** Further words of JSON Schema. */
  readonly [word: string]: unknown
}

export type PartType = 'host' | 'service' | 'coordinator'

/** What one variant says of itself, which its other values refer to. */
export interface Surroundings {
  readonly parameters: Scope
  /** Axis → its values. */
  readonly axes: ReadonlyMap<string, readonly Scalar[]>
  /** Name → number of instances, Infinity where it cannot be told. */
  readonly instances: Readonly<Record<PartType, ReadonlyMap<string, number>>>
}

export const NOWHERE: Surroundings = {
  parameters: {},
  axes: new Map(),
  instances: { host: new Map(), service: new Map(), coordinator: new Map() },
}

/** Shared by all schemas made together; `surroundings` are those of the variant that is being checked. */
export interface Context {
  readonly registries: Registries
  readonly notes: z.core.$ZodRegistry<Note>
  /** One schema a unit, since a mixture holds distributions in turn. */
  readonly distributions: Map<Unit, z.ZodType>
  surroundings: Surroundings
}

export const newContext = (registries: Registries): Context => ({
  registries,
  notes: z.registry<Note>(),
  distributions: new Map(),
  surroundings: NOWHERE,
})

/** What is wrong with a name that should be that of a part, such as `worker` or `worker.3`; `undefined`: nothing. */
export function referenceProblem(
  name: string,
  to: PartType | 'any',
  { instances }: Surroundings,
): Problem | undefined {
  const types: readonly PartType[] = to === 'any' ? ['service', 'coordinator', 'host'] : [to]
  const [, group = name, index] = /^(.*)\.([1-9]\d{0,8})$/.exec(name) ?? []
  for (const type of types) {
    if (instances[type].has(name)) return undefined
    const count = instances[type].get(group)
    if (count === undefined) continue
    return Number(index) <= count
      ? undefined
      : { message: `unknown ${type}: ${name}; there ${count === 1 ? 'is 1' : `are ${count}`} of ${group}` }
  }
  const known = types.flatMap((type) => [...instances[type].keys()])
  return unknown(to === 'any' ? 'service, coordinator or host' : to, name, known)
}

/** Names of parts are kebab-case, so that `worker.3` and `${…}` cannot be meant by them. */
export const PART_NAME = /^(?=.{1,64}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/

type Data = Readonly<Record<string, unknown>>

const mapping = (value: unknown): Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {}

/** The names and numbers of a scenario's parts, read from what is not checked yet, so that every mistake can be told at once. */
export function surroundingsOf(data: Data, parameters: Scope, axes: Surroundings['axes']): Surroundings {
  const host = new Map(
    Object.entries(mapping(data.hosts)).map(([name, group]) => [name, countOf(mapping(group).count)]),
  )
  const placed = (section: unknown) =>
    new Map(
      Object.entries(mapping(section)).map(([name, part]) => {
        const { on, count } = mapping(part)
        const places = [on].flat().map((each) => host.get(String(each)) ?? 1)
        return [name, places.reduce((sum, each) => sum + each, 0) * countOf(count)]
      }),
    )
  return {
    parameters,
    axes,
    instances: { host, service: placed(data.services), coordinator: placed(data.coordinators) },
  }
}

const countOf = (written: unknown): number => {
  if (written === undefined) return 1
  const count = Number(written)
  return Number.isSafeInteger(count) && count > 0 ? count : Number.POSITIVE_INFINITY
}
