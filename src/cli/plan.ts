// `rehearsal plan`: what `run` would do, and about what it would cost; runs nothing.

import { stringify } from 'yaml'
import type { CommandModule } from 'yargs'
import type { Scenario, ScenarioFile } from '../scenario/scenario.ts'
import { format, formatNumber, type Nanos } from '../units.ts'
import { expectedRequests } from '../workload/expected.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { openScenario, type ScenarioOptions, scenarioOptions } from './open.ts'
import { validate } from './validate.ts'

/** [G] Real time of one simulated request, all its events included: 20 µs for plain ones, 2 µs a token beside. */
const MICROSECONDS_A_REQUEST = 20
const MICROSECONDS_A_TOKEN = 2

export const planCommand: CommandModule<object, ScenarioOptions & { scenario: string; resolved: boolean }> = {
  command: 'plan <scenario>',
  describe: 'show what would be run: variants, seeds, metrics, expected cost',
  builder: (yargs) =>
    scenarioOptions(
      yargs.positional('scenario', {
        type: 'string',
        demandOption: true,
        describe: 'a scenario file (YAML)',
      }),
    ).option('resolved', {
      type: 'boolean',
      default: false,
      describe: 'print the resolved scenario as YAML',
    }) as never,
  handler({ scenario, resolved, ...options }) {
    const file = openScenario(scenario, options)
    const metrics = validate(file)
    if (resolved) {
      process.stdout.write(stringify(file.resolved))
      return
    }
    console.log(`${file.title}\n`)
    console.log(variantLines(file).join('\n'))
    console.log(`\nseeds     ${file.seeds.length}: ${listed(file.seeds)}`)
    console.log(`runs      ${file.variants.length * file.seeds.length}`)
    for (const line of costLines(file)) console.log(line)
    console.log(`metrics   ${Object.keys(metrics).length}: ${listed(Object.keys(metrics), 60)}`)
  },
}

const listed = (names: readonly string[], most = 12): string =>
  names.slice(0, most).join(', ') + (names.length > most ? ` … and ${names.length - most} more` : '')

const MOST_VARIANTS = 40

function variantLines({ variants }: ScenarioFile): string[] {
  const lines = variants.slice(0, MOST_VARIANTS).map(({ name }) => `          ${name}`)
  if (variants.length > MOST_VARIANTS) lines.push(`          … and ${variants.length - MOST_VARIANTS} more`)
  return [`variants  ${variants.length}`, ...(variants.length === 1 ? [] : lines)]
}

function costLines({ variants, seeds }: ScenarioFile): string[] {
  const each = variants.map(({ scenario }) => estimate(scenario))
  if (each.some((cost) => cost === undefined)) return ['cost      not known before it is run']
  const requests = each.reduce((sum, cost) => sum + cost!.requests, 0) * seeds.length
  const time = each.reduce((sum, cost) => sum + cost!.time, 0) * seeds.length
  return [
    `requests  about ${formatNumber(requests)}`,
    `cost      about ${format(time, 'ns')} of real time [G]`,
  ]
}

/** Requests of one run and its real time, as far as the workload tells. */
function estimate({ workload, measure }: Scenario): { requests: number; time: Nanos } | undefined {
  if (!workload) return { requests: 0, time: 10e6 }
  const expected = expectedRequests(workload, measure.duration, openTraceFile)
  if (!expected) return undefined
  const requests = Math.min(expected.requests, measure.requests ?? Number.POSITIVE_INFINITY)
  const microseconds = MICROSECONDS_A_REQUEST + MICROSECONDS_A_TOKEN * expected.tokens
  return { requests, time: requests * microseconds * 1e3 }
}
