// What a checker is: one invariant, held against the facts that processes state and against what can be seen of the data
// centre itself. It only listens: no run differs for being checked. Its memory is bounded, whatever the run's length;
// what it therefore cannot judge it says.

import type { Fact, FactNamed } from '../../env/fact.ts'
import type { Parameters, Values } from '../../parameters.ts'
import type { Nanos } from '../../units.ts'
import type { Sight } from './sight.ts'

/** Who states a fact. */
export interface Speaker {
  /** `worker.3` */
  readonly name: string
  /** Counts its lives: another one, and it has been started anew. */
  readonly epoch: number
  /** Whether it runs at this moment. */
  readonly up: boolean
  readonly host: {
    readonly name: string
    /** How often it has crashed. */
    readonly crashes: number
  }
}

/** Something that led to a violation. */
export interface Evidence {
  readonly at: Nanos
  /** Who stated it; a host or `(data centre)` where nobody did. */
  readonly process: string
  /** In words. */
  readonly event: string
}

export interface Violation {
  readonly at: Nanos
  /** In words, without the time. */
  readonly what: string
  /** What led to it, oldest first. */
  readonly events: readonly Evidence[]
}

/** Tells of a violation at this instant. Only the first of a run is kept, so only of that one the rest is asked. */
export type Violated = (at: Nanos, rest: () => Omit<Violation, 'at'>) => void

/** What to do with the facts that it listens to, by their names. */
export type Hearing = {
  readonly [N in Fact['fact']]?: (at: Nanos, by: Speaker, fact: FactNamed<N>) => void
}

/** What is said of a run without a violation; `null`: it could not be told. */
export interface Verdict {
  readonly pass: true | null
  readonly detail: string
}

export interface Checker {
  readonly hears?: Hearing
  /** The data centre is complete and has not begun. */
  begin?(sight: Sight): void
  /** A look at the data centre, now and then and at the end; `warm`: the warm-up ends now. */
  look?(at: Nanos, warm: boolean): void
  /** A fault sets in. */
  faultBegan?(at: Nanos): void
  /** A fault is over, or was over at once, or stays for good and is what the system now has to live with. */
  faultEnded?(at: Nanos): void
  /**
   * The run has ended; `rest`: because nothing was left to do. `undefined`: there was nothing to check.
   * Violations can still be told.
   */
  finish(at: Nanos, rest: boolean): Verdict | undefined
}

export interface CheckerDefinition<P extends Parameters = Parameters> {
  /** Kebab-case; what a scenario writes below `checks`, and the check's name in a result. */
  readonly name: string
  /** One line: what must hold. */
  readonly meaning: string
  readonly parameters: P
  /** Works only where a scenario names it, since it needs a figure, or costs more than the others. */
  readonly asked?: true
  /** Throws a ScenarioError where the values do not go together. */
  create(values: Values<P>, violated: Violated): Checker
}

/** Declares a checker; the identity, for its types. */
export const defineChecker = <const P extends Parameters>(
  definition: CheckerDefinition<P>,
): CheckerDefinition<P> => definition
