// The checkers of one run together: facts go to those who listen to them, and what they find comes out. The first
// violation that a checker finds is kept with what led to it; further ones are counted.

import type { Fact } from '../../env/fact.ts'
import type { Parameters } from '../../parameters.ts'
import { formatInstant, formatNumber, type Nanos } from '../../units.ts'
import type { Checker, CheckerDefinition, Speaker, Verdict, Violation } from './checker.ts'
import type { Sight } from './sight.ts'

/** What a scenario says of its checks. */
export interface CheckSettings {
  /** Checkers that are not to be held against it. */
  readonly off: readonly string[]
  /** Checkers that it names, with the values it gives them. */
  readonly named: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** What a checker found in a run. */
export interface Finding {
  /** The checker's name. */
  readonly name: string
  /** `null`: it could not be told. */
  readonly pass: boolean | null
  readonly detail: string
  readonly violation?: Violation
  /** Violations after that one. */
  readonly further?: number
}

/** Told of the first violation that each checker finds, when it does. */
type Found = (name: string, violation: Violation) => void

type Hear = (at: Nanos, by: Speaker, fact: Fact) => void

/** One checker at work. */
class Watch {
  readonly checker: Checker
  violation: Violation | undefined
  further = 0

  constructor(
    readonly definition: CheckerDefinition,
    values: Readonly<Record<string, unknown>>,
    readonly named: boolean,
    found: Found | undefined,
  ) {
    this.checker = definition.create(values, (at, rest) => {
      if (this.violation) {
        this.further++
        return
      }
      this.violation = { at, ...rest() }
      found?.(definition.name, this.violation)
    })
  }

  finding(verdict: Verdict | undefined): Finding | undefined {
    const { definition, violation, further } = this
    const { name } = definition
    if (violation) {
      const more = further > 0 ? `, and ${formatNumber(further)} more of the kind` : ''
      const detail = `${violation.what}, at ${formatInstant(violation.at)}${more}`
      return { name, pass: false, detail, violation, further }
    }
    if (verdict) return { name, ...verdict }
    return this.named ? { name, pass: null, detail: 'nothing that it could judge was stated' } : undefined
  }
}

export class Checking {
  readonly #watches: readonly Watch[]
  readonly #hearing = new Map<Fact['fact'], Hear[]>()
  readonly #looking: readonly Checker[]

  /** Those of the definitions that are on by default or named, less those that are off. Throws a ScenarioError where values do not go together. */
  constructor(
    definitions: Readonly<Record<string, CheckerDefinition>>,
    { off, named }: CheckSettings,
    found?: Found,
  ) {
    this.#watches = Object.entries(definitions)
      .filter(([name, { asked }]) => !off.includes(name) && (!asked || name in named))
      .map(([name, definition]) => {
        const values = { ...defaultsOf(definition.parameters), ...named[name] }
        return new Watch(definition, values, name in named, found)
      })
    const checkers = this.#watches.map(({ checker }) => checker)
    for (const { hears = {} } of checkers)
      for (const [fact, hear] of Object.entries(hears)) {
        const name = fact as Fact['fact']
        this.#hearing.set(name, [...(this.#hearing.get(name) ?? []), hear as Hear])
      }
    this.#looking = checkers.filter(({ look }) => look)
  }

  /** Whether anybody looks at the data centre. */
  get looks(): boolean {
    return this.#looking.length > 0
  }

  /** Whether anybody listens to facts of this name. */
  hears(fact: Fact['fact']): boolean {
    return this.#hearing.has(fact)
  }

  begin(sight: Sight): void {
    for (const { checker } of this.#watches) checker.begin?.(sight)
  }

  said(at: Nanos, by: Speaker, fact: Fact): void {
    const hearing = this.#hearing.get(fact.fact)
    if (hearing === undefined) return
    for (const hear of hearing) hear(at, by, fact)
  }

  faultBegan(at: Nanos): void {
    for (const { checker } of this.#watches) checker.faultBegan?.(at)
  }

  /** See `Checker.faultEnded`: every fault that has begun ends, if only for the checkers. */
  faultEnded(at: Nanos): void {
    for (const { checker } of this.#watches) checker.faultEnded?.(at)
  }

  /** `warm`: the warm-up ends now. */
  look(at: Nanos, warm: boolean): void {
    for (const checker of this.#looking) checker.look!(at, warm)
  }

  /** What was found; nothing of those who saw nothing to judge and were not asked for. */
  finish(at: Nanos, rest: boolean): readonly Finding[] {
    this.look(at, false)
    return this.#watches.flatMap((watch) => {
      const verdict = watch.checker.finish(at, rest)
      return watch.finding(verdict) ?? []
    })
  }
}

const defaultsOf = (parameters: Parameters): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, each.default]))
