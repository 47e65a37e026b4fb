// What a reporter of a gate is: a report in, a text out.

import type { GateReport } from '../../gate/verdict.ts'

export interface Look {
  readonly columns: number
  readonly colour: boolean
}

export interface Reporter {
  readonly meaning: string
  render(report: GateReport, look: Look): string
}
