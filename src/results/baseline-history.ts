// The history of baselines: one line of JSON for each acceptance, so that two branches can both add to it (with git's merge
// driver `union`). Whoever asks why a figure is what it is finds here who accepted it, when, and for what reason.

import { z } from 'zod'
import { ScenarioError } from '../errors.ts'
import type { Verdict } from './result.ts'

export interface ChangedFigure {
  readonly variant: string
  readonly metric: string
  /** `null`: it was not in the baseline, or is no more, or nothing was observed. */
  readonly from: number | null
  readonly to: number | null
}

export interface ChangedClaim {
  readonly id: string
  /** `null`: the baseline had it not, or the scenario has it no more. */
  readonly from: Verdict | null
  readonly to: Verdict | null
}

export interface Acceptance {
  readonly name: string
  /** ISO 8601. */
  readonly when: string
  /** By git's configuration, where it has a name. */
  readonly who: string | null
  readonly commit: string | null
  readonly reason: string
  /** There was no baseline before. */
  readonly first: boolean
  readonly changed: readonly ChangedFigure[]
  /** Left out where none changed. */
  readonly claims?: readonly ChangedClaim[]
}

const settled = z.enum(['reproduced', 'refuted', 'out of reach']).nullable()

const acceptance: z.ZodType<Acceptance> = z.object({
  name: z.string(),
  when: z.string(),
  who: z.string().nullable(),
  commit: z.string().nullable(),
  reason: z.string(),
  first: z.boolean(),
  changed: z.array(
    z.object({
      variant: z.string(),
      metric: z.string(),
      from: z.number().nullable(),
      to: z.number().nullable(),
    }),
  ),
  claims: z.array(z.object({ id: z.string(), from: settled, to: settled })).optional(),
})

export const acceptanceLine = (entry: Acceptance): string => `${JSON.stringify(entry)}\n`

/** What was accepted, oldest first. A line that is none is a ScenarioError with its number. */
export function parseHistory(text: string, file: string): readonly Acceptance[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    try {
      return [acceptance.parse(JSON.parse(line))]
    } catch {
      const conflict = /^(<{7}|\|{7}|={7}|>{7})( |$)/.test(line)
      throw new ScenarioError([
        {
          message: conflict
            ? `${file}:${i + 1} is the mark of a merge conflict; expected acceptances alone, one a line`
            : `${file}:${i + 1} is no acceptance of a baseline: expected an object of JSON on one line`,
          hint: conflict
            ? 'keep the lines of both sides without the marks; HISTORY.ndjson merge=union in .gitattributes has git do so'
            : 'take the file from git again',
        },
      ])
    }
  })
}
