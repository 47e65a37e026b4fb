// What a reporter of a gate is: a report in, a text out.

import type { GateReport } from '../../gate/verdict.ts'

export interface Look {
  readonly columns: number
  readonly colour: boolean
  /** From the repository's folder to the one that files are named from, such as `packages/fleet/`; empty where it is that. */
  readonly within: string
}

export interface Reporter {
  readonly meaning: string
  render(report: GateReport, look: Look): string
}
