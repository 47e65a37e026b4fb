// What checking a value must know besides the value: the registries, and the names of the scenario at hand.

import { z } from 'zod'
import type { Parameter } from '../../parameters.ts'
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
  /** Axis → its values; `undefined` where the matrix is not right itself. */
  readonly axes: ReadonlyMap<string, readonly Scalar[]> | undefined
  /** Name → number of instances, Infinity where it cannot be told. */
  readonly instances: Readonly<Record<PartType, ReadonlyMap<string, number>>>
}

const NOWHERE: Surroundings = {
  parameters: {},
  axes: new Map(),
  instances: { host: new Map(), service: new Map(), coordinator: new Map() },
}

/** Shared by all schemas made together; `surroundings` are those of the variant that is being checked. */
export interface Context {
  readonly registries: Registries
  readonly notes: z.core.$ZodRegistry<Note>
  /** One schema a parameter: containers have theirs on every service. */
  readonly parameters: Map<Parameter<unknown>, z.ZodType>
  /** One schema a unit, since a mixture holds distributions in turn. */
  readonly distributions: Map<Unit, z.ZodType>
  surroundings: Surroundings
}

export const newContext = (registries: Registries): Context => ({
  registries,
  notes: z.registry<Note>(),
  parameters: new Map(),
  distributions: new Map(),
  surroundings: NOWHERE,
})

/** What is wrong with a name that should be that of a part, such as `worker` or `worker.3`; `undefined`: nothing. */
export function referenceProblem(
  name: string,
  to: PartType | 'any',
  { instances }: Surroundings,
): Problem | undefined {
  const types: readonly PartType[] = to === 'any' ? ['service', 'coordinator'] : [to]
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
  return unknown(to === 'any' ? 'service or coordinator' : to, name, known)
}

/** Names of parts are kebab-case, so that `worker.3` and `${…}` cannot be meant by them. */
export const PART_NAME = /^(?=.{1,64}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/

type Data = Readonly<Record<string, unknown>>

const isMapping = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const mapping = (value: unknown): Data => (isMapping(value) ? value : {})

/** The names and numbers of a scenario's parts, read from what is not checked yet, so that every mistake can be told at once. */
export function surroundingsOf(data: Data, parameters: Scope, axes: Surroundings['axes']): Surroundings {
  const counted = (section: unknown, count: (part: unknown) => number) =>
    new Map(Object.entries(mapping(section)).map(([name, part]) => [name, count(part)]))
  const host = counted(data.hosts, countOf)
  const placed = (part: unknown) => {
    const places = [mapping(part).on].flat().map((on) => placesOf(String(on), host))
    return places.reduce((sum, each) => sum + each, 0) * countOf(part)
  }
  return {
    parameters,
    axes,
    instances: {
      host,
      service: counted(data.services, placed),
      coordinator: counted(data.coordinators, placed),
    },
  }
}

/** How many hosts a name stands for; what is not known is complained of elsewhere, and here anything goes. */
const placesOf = (on: string, hosts: ReadonlyMap<string, number>): number =>
  hosts.get(on) ?? (hosts.has(on.replace(/\.\d+$/, '')) ? 1 : Number.POSITIVE_INFINITY)

function countOf(part: unknown): number {
  const { count = isMapping(part) ? 1 : undefined } = mapping(part)
  const number = Number(count)
  return Number.isSafeInteger(number) && number > 0 ? number : Number.POSITIVE_INFINITY
}
