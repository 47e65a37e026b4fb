// A law: a closed form that a simulation can be held against. One law a file; the registry is registry.ts.

import { ScenarioError } from '../../errors.ts'
import { kebab, type Parameters, type Values } from '../../parameters.ts'
import { format, type Unit } from '../../units.ts'

export interface LawFigure {
  readonly name: string
  readonly unit: Unit
  readonly meaning: string
}

export interface LawDefinition {
  /** As a scenario names it: `m/m/c`. */
  readonly name: string
  readonly meaning: string
  readonly source: string
  readonly parameters: Parameters
  /** What it gives; `wait.N` stands for `wait.0`, `wait.1` … */
  readonly figures: readonly LawFigure[]
  /** Figure → value in base units. An unstable queue or a value out of range is a ScenarioError. */
  // biome-ignore lint/suspicious/noExplicitAny: the values are those of `parameters`, checked by the scenario's schema
  evaluate(values: any): Readonly<Record<string, number>>
}

/** Declares a law, whose `evaluate` takes the values of its own parameters. */
export const defineLaw = <P extends Parameters>(
  law: Omit<LawDefinition, 'parameters' | 'evaluate'> & {
    readonly parameters: P
    evaluate(values: Values<P>): Readonly<Record<string, number>>
  },
): LawDefinition => law

/** The figures that most queues give, by name. */
export const QUEUE_FIGURES = {
  wait: { name: 'wait', unit: 'ns', meaning: 'mean time waiting before service' },
  sojourn: { name: 'sojourn', unit: 'ns', meaning: 'mean time in the system, waiting and in service' },
  queue: { name: 'queue', unit: 'number', meaning: 'mean number waiting' },
  number: { name: 'number', unit: 'number', meaning: 'mean number in the system' },
  utilisation: { name: 'utilisation', unit: 'ratio', meaning: 'fraction of the servers busy' },
  throughput: { name: 'throughput', unit: '/s', meaning: 'served per second' },
  blocking: { name: 'blocking', unit: 'ratio', meaning: 'probability of an arrival being refused' },
  delayed: { name: 'delayed', unit: 'ratio', meaning: 'probability of an arrival having to wait' },
} as const satisfies Readonly<Record<string, LawFigure>>

export const NANOS_PER_SECOND = 1e9

/** Refuses values that are not above 0, all at once; the names are the parameters'. */
export function requirePositive(law: string, values: Readonly<Record<string, number>>): void {
  const mistakes = Object.entries(values)
    .filter(([, value]) => !(value > 0 && value < Number.POSITIVE_INFINITY))
    .map(([name, value]) => ({
      message: `invalid ${kebab(name)} of the law ${law}: ${value}; expected a value above 0`,
    }))
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
}

/** The utilisation, refused from 1 on: such a queue grows without bound and has no steady state. */
export function requireStable(law: string, utilisation: number): number {
  if (utilisation < 1) return utilisation
  throw new ScenarioError([
    {
      message: `the law ${law} has no steady state at a utilisation of ρ = ${format(utilisation, 'ratio')}; expected less than 100 %`,
      hint: 'lower the arrival rate, or give it more or faster servers',
    },
  ])
}

/** The usual figures of an open queue that loses nothing, from its mean wait and service time, by Little's law. */
export function openQueue(
  arrivalRate: number,
  wait: number,
  serviceTime: number,
  utilisation: number,
): Readonly<Record<string, number>> {
  const perNano = arrivalRate / NANOS_PER_SECOND
  return {
    wait,
    sojourn: wait + serviceTime,
    queue: perNano * wait,
    number: perNano * (wait + serviceTime),
    utilisation,
    throughput: arrivalRate,
  }
}
