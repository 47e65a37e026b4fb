// The check of a scenario's plain data against what the registries declare, all mistakes at once.

import { z } from 'zod'
import { heard, invalid, type Report, say, unknownKey } from '../problem.ts'
import type { Registries } from '../registry.ts'
import type { Scenario } from '../scenario.ts'
import { newContext, type Surroundings } from './context.ts'
import { bounded } from './fault-profile.ts'
import { type Header, headerShape } from './header.ts'
import { SECTIONS, sectionsShape } from './sections.ts'

type Data = Readonly<Record<string, unknown>>

export interface Checker {
  /** What holds for all variants; a part that is not right is reported and left out. */
  header(data: Data, report: Report): Partial<Header>
  /** One variant; `undefined` if anything was reported. */
  variant(data: Data, surroundings: Surroundings, report: Report): Scenario | undefined
}

/** Makes a checker of scenarios that may name what the registries know. */
export function newChecker(registries: Registries): Checker {
  const context = newContext(registries)
  const header = headerShape(context)
  const sections = z.object(sectionsShape(context))
  const known = [...Object.keys(header), ...SECTIONS, 'extends']
  return {
    header(data, report) {
      for (const key of Object.keys(data)) if (!known.includes(key)) report([], unknownKey(key, known))
      const checked: Record<string, unknown> = {}
      for (const [key, schema] of Object.entries(header)) {
        const result = schema.safeParse(data[key], { error: fallback })
        if (result.success) checked[key] = result.data
        else tell(result.error, [key], report)
      }
      return checked as Partial<Header>
    },
    variant(data, surroundings, report) {
      context.surroundings = surroundings
      const result = sections.safeParse(data, { error: fallback })
      const shared = namesOfBoth(data)
      for (const name of shared)
        report(['coordinators', name], { message: `${name} is the name of a service already`, key: true })
      if (!result.success) tell(result.error, [], report)
      if (!result.success || shared.length > 0) return undefined
      const {
        expect,
        claims,
        workload,
        costs,
        speedup,
        gate,
        'fault-profile': profile,
        ...rest
      } = result.data
      return {
        parameters: surroundings.parameters,
        ...rest,
        workload,
        ...(costs ? { costs } : {}),
        ...(speedup ? { speedup } : {}),
        ...(gate ? { gate: gate(['gate']) } : {}),
        faultProfile: profile && bounded(profile, rest.measure.duration, report),
        expect: expect.map((criterion, i) => criterion(['expect', i])),
        claims: claims.map((claim, i) => claim(['claims', i])),
      }
    },
  }
}

/** For what no schema has words of its own. */
const fallback = ({ input }: z.core.$ZodRawIssue): string => say(invalid(input, 'something else'))

function tell(error: z.ZodError, from: readonly string[], report: Report): void {
  for (const { path, message } of error.issues)
    for (const problem of heard(message)) report([...from, ...(path as (string | number)[])], problem)
}

/** Processes are addressed by name, so that a service and a coordinator cannot share one. */
function namesOfBoth({ services, coordinators }: Data): string[] {
  const names = (section: unknown) =>
    typeof section === 'object' && section !== null ? Object.keys(section) : []
  const taken = new Set(names(services))
  return names(coordinators).filter((name) => taken.has(name))
}
