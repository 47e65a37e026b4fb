// A plan of faults: what happens when, to whom, for how long. Plain data, written in a scenario or drawn by a profile, and
// played on a world.

import { kebab, type Parameters, type Reference } from '../../parameters.ts'
import { format, type Nanos } from '../../units.ts'
import type { World } from '../world.ts'
import { all, FAULT_ID, type FaultEvent, laterIn } from './effect.ts'
import type { FaultDefinition } from './fault.ts'

export interface PlannedFault {
  readonly at: Nanos
  readonly kind: string
  /** Checked values of its parameters, and `for` where it has an end. */
  readonly values: Readonly<Record<string, unknown>>
}

/** A fault as a report shows it. */
export interface FaultRecord {
  readonly at: Nanos
  /** When it is over; `null`: it lasts for good. */
  readonly until: Nanos | null
  readonly kind: string
  readonly befalls: FaultDefinition['befalls']
  /** Whom it befalls: `worker.3`, or `front | worker`. */
  readonly target: string
  /** In words: `factor 2, for 30 s`; may be empty. */
  readonly detail: string
}

export type FaultDefinitions = Readonly<Record<string, FaultDefinition>>

/** Sees to it that every fault of the plan happens in its time. */
export function play(world: World, plan: readonly PlannedFault[], definitions: FaultDefinitions): void {
  for (const { at, kind, values } of plan) {
    const name = `${values.fault ?? kind} of ${targetOf(definitions[kind]!.parameters, values)}`
    const begin = () => {
      world.listener?.faultBegan?.(world.simulation.now)
      const end = definitions[kind]!.begin(world, values)
      const over = () => world.listener?.faultEnded?.(world.simulation.now)
      if (values.for === undefined) over()
      else laterIn(world, values.for as Nanos, all([end, over]), `${name} ends`)
    }
    const event: FaultEvent = { id: FAULT_ID, fire: begin, label: `${name} sets in` }
    world.simulation.schedule(at, event, 0)
  }
}

export function recordOf({ at, kind, values }: PlannedFault, definitions: FaultDefinitions): FaultRecord {
  const { befalls, parameters, instant } = definitions[kind]!
  const lasts = values.for as Nanos | undefined
  return {
    at,
    until: instant ? at : lasts === undefined ? null : at + lasts,
    kind,
    befalls,
    target: targetOf(parameters, values),
    detail: [
      ...details(parameters, values),
      ...(lasts === undefined ? [] : [`for ${format(lasts, 'ns')}`]),
    ].join(', '),
  }
}

const namesOf = (reference: Reference): string => reference.map(({ name }) => name).join(', ')

function targetOf(parameters: Parameters, values: PlannedFault['values']): string {
  const targets: string[] = []
  for (const [name, { shape }] of Object.entries(parameters)) {
    const value = values[name]
    if (value === undefined) continue
    if (shape.type === 'reference') targets.push(namesOf(value as Reference))
    if (shape.type === 'list' && shape.of.shape.type === 'reference')
      targets.push((value as readonly Reference[]).map(namesOf).join(' | '))
  }
  return targets.join(', ')
}

/** What was set otherwise than by default, besides whom it befalls. */
function details(parameters: Parameters, values: PlannedFault['values']): string[] {
  return Object.entries(parameters).flatMap(([name, { shape, default: usual }]) => {
    const value = values[name]
    if (value === undefined || value === usual) return []
    if (shape.type === 'quantity') return [`${kebab(name)} ${format(value as number, shape.unit)}`]
    return shape.type === 'choice' || shape.type === 'text' ? [`${kebab(name)} ${value}`] : []
  })
}
