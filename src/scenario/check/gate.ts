// The `gate` of a scenario: by how much a figure may be worse than its baseline, metric by metric, and by default.

import { z } from 'zod'
import { invalid, say } from '../problem.ts'
import type { Allowance, Path } from '../scenario.ts'
import type { Context } from './context.ts'
import { fail } from './parameter.ts'

const LOOKS = '{ worse-by: 2% }, exact or ignore'
const SHARE = /^\s*\d[\d_.]*\s*%\s*$/
const METRIC = /^[a-z0-9][\w.:/%-]*$/i

/** Metric, or `default` → what may change; made for the path at which the section stands. */
export function gateSchema(context: Context) {
  const expecting = ({ input }: { input?: unknown }): string => say(invalid(input, LOOKS))
  const worse = z.strictObject({ 'worse-by': z.union([z.string(), z.number()], { error: expecting }) })
  const allowance = z.union([z.enum(['exact', 'ignore']), worse], { error: expecting })
  context.notes.add(allowance, {
    description:
      'worse-by: the smallest change for the worse that fails, as a share (2%) or in the unit of the metric (5ms); exact: any change fails but an improvement; ignore',
  })
  return z
    .record(z.string().regex(METRIC), allowance, {
      error: ({ code, input, path = [] }) =>
        code === 'invalid_key'
          ? say(invalid(path.at(-1), 'a metric, such as latency.p95, or default'))
          : say(invalid(input, `a mapping from metrics, or default, to ${LOOKS}`)),
    })
    .transform((written, refinement) => {
      const general = written.default
      if (typeof general === 'object' && !SHARE.test(String(general['worse-by'])))
        fail(refinement, {
          ...invalid(general['worse-by'], 'a share, such as 2%, since it is for metrics of every unit'),
          at: ['default', 'worse-by'],
        })
      return (path: Path): Readonly<Record<string, Allowance>> =>
        Object.fromEntries(
          Object.entries(written).map(([metric, each]): [string, Allowance] => {
            const at = [...path, metric]
            if (typeof each === 'string') return [metric, { kind: each, path: at }]
            const limit = { text: each['worse-by'], path: [...at, 'worse-by'] }
            return [metric, { kind: 'worse-by', limit, path: at }]
          }),
        )
    })
}
