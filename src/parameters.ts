// How a module declares what can be set on it. From this one declaration follow the scenario's schema, its errors,
// `rehearsal list` and the documentation. Names are camelCase here and kebab-case in a scenario.

import type { Unit } from './units.ts'

/** A distribution as a scenario writes it: its kind and its own parameters, in base units. */
export interface DistributionSpec {
  readonly kind: string
  readonly [parameter: string]: unknown
}

/** Another part of the scenario, by name; wiring replaces the name by the addresses of all its instances. */
export type Reference = readonly { readonly name: string }[]

interface Common<T> {
  /** One line: what it means. */
  readonly meaning: string
  /** Without a default a parameter is required, unless `optional`. */
  readonly default?: T
  /** Where the default comes from: a document, a measurement, [G] for a guess. */
  readonly source?: string
}

export type ParameterType =
  | { readonly type: 'quantity'; readonly unit: Unit; readonly min?: number; readonly max?: number }
  | { readonly type: 'text'; readonly pattern?: RegExp }
  | { readonly type: 'flag' }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'distribution'; readonly unit: Unit }
  | { readonly type: 'reference'; readonly to: 'service' | 'coordinator' | 'any' | 'host' }
  | { readonly type: 'list'; readonly of: Parameter<unknown>; readonly max?: number }
  | { readonly type: 'map'; readonly of: Parameter<unknown> }
  | { readonly type: 'record'; readonly fields: Parameters }
  /** One of several kinds, each with its own parameters: `{ kind: poisson, rate: 5/s }`. */
  | { readonly type: 'kind'; readonly kinds: Kinds }
  /** One of the kinds of request there are. */
  | { readonly type: 'request' }

/** Makes the next request of a kind; what wiring puts in the place of a `request` parameter's checked value, a KindValue. */
export type RequestMaker = () => { readonly kind: string }

/** A registry as the schema sees it: kind → what it means and what can be set on it. */
export type Kinds = Readonly<Record<string, { readonly meaning: string; readonly parameters: Parameters }>>

/** The checked value of a `kind` parameter. */
export interface KindValue {
  readonly kind: string
  readonly values: Readonly<Record<string, unknown>>
}

/** One declared parameter, whose checked value is a T. */
export interface Parameter<T> {
  readonly meaning: string
  readonly source?: string
  readonly default?: T
  readonly optional?: boolean
  readonly shape: ParameterType
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>

/** The checked values of a declaration. */
export type Values<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never
}

type Bounds = { readonly min?: number; readonly max?: number }

function declare<T>(shape: ParameterType, common: Common<T>): Parameter<T> {
  const { meaning, source } = common
  return {
    meaning,
    shape,
    ...(source === undefined ? {} : { source }),
    ...('default' in common ? { default: common.default as T } : {}),
  }
}

const quantity =
  (unit: Unit, lowest?: number, highest?: number) =>
  ({ min, max, ...common }: Common<number> & Bounds): Parameter<number> => {
    const least = min ?? lowest
    const most = max ?? highest
    const shape = {
      type: 'quantity' as const,
      unit,
      ...(least === undefined ? {} : { min: least }),
      ...(most === undefined ? {} : { max: most }),
    }
    return declare(shape, common)
  }

/** Nanoseconds, at least 0 unless `min` says otherwise. */
export const duration = quantity('ns', 0)
/** Bytes, at least 0. */
export const bytes = quantity('bytes', 0)
/** Events per second, at least 0. */
export const rate = quantity('/s', 0)
/** Bytes per second, at least 0. */
export const bandwidth = quantity('bytes/s', 0)
/** A fraction of one, from 0 to 1 unless stated. */
export const ratio = quantity('ratio', 0, 1)
/** A whole number, at least 0. */
export const count = quantity('count', 0)
/** A whole number of tokens, at least 0. */
export const tokens = quantity('tokens', 0)
/** A number without unit. */
export const number = quantity('number')

export const flag = (common: Common<boolean>): Parameter<boolean> => declare({ type: 'flag' }, common)
export const text = ({ pattern, ...common }: Common<string> & { pattern?: RegExp }): Parameter<string> =>
  declare({ type: 'text', ...(pattern ? { pattern } : {}) }, common)
export const choice = <const C extends readonly string[]>(
  choices: C,
  common: Common<C[number]>,
): Parameter<C[number]> => declare({ type: 'choice', choices }, common)
/** A distribution; a bare quantity such as `20ms` stands for the constant one. */
export const distribution = (unit: Unit, common: Common<DistributionSpec>): Parameter<DistributionSpec> =>
  declare({ type: 'distribution', unit }, common)
/** The name (or list of names) of services, coordinators or hosts of the scenario; `any` is a service or coordinator. */
export const reference = (
  to: 'service' | 'coordinator' | 'any' | 'host',
  common: Common<Reference>,
): Parameter<Reference> => declare({ type: 'reference', to }, common)
export const list = <T>(
  of: Parameter<T>,
  common: Common<readonly T[]> & { max?: number },
): Parameter<readonly T[]> =>
  declare({ type: 'list', of, ...(common.max === undefined ? {} : { max: common.max }) }, common)
/** Names of the user's choice, each with one value. */
export const map = <T>(
  of: Parameter<T>,
  common: Common<Readonly<Record<string, T>>>,
): Parameter<Readonly<Record<string, T>>> => declare({ type: 'map', of }, common)
export const record = <P extends Parameters>(fields: P, common: Common<Values<P>>): Parameter<Values<P>> =>
  declare({ type: 'record', fields }, common)
/** One of several kinds, each with its own parameters, written beside `kind`. */
export const kind = (kinds: Kinds, common: Common<KindValue>): Parameter<KindValue> =>
  declare({ type: 'kind', kinds }, common)
/** What is asked of another part, such as `{ kind: sql, … }`; the module gets a function that makes the next one. */
export const request = (common: Common<RequestMaker>): Parameter<RequestMaker> =>
  declare({ type: 'request' }, common)
/** The same parameter, which may be left out and is then `undefined`. */
export const optional = <T>(parameter: Parameter<T>): Parameter<T | undefined> => ({
  ...parameter,
  optional: true,
})

/** `maxQueue` as a scenario writes it: `max-queue`. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
