// `rehearsal plan`: what `run` would do, and about what it would cost; runs nothing.

import { stringify } from 'yaml'
import type { MetricDefinitions } from '../env/metric.ts'
import { hasPromises, modulesOf } from '../scenario/modules.ts'
import type { Scenario, ScenarioFile } from '../scenario/scenario.ts'
import { format, formatNumber, type Nanos } from '../units.ts'
import { expectedRequests } from '../workload/expected.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { figuresText, metricFamilies } from './metric-families.ts'
import { openScenario, SCENARIO_OPTIONS } from './open.ts'
import { hanging } from './prose.ts'
import { validate } from './validate.ts'

/** Real time on one core of a 2020s server; right to a factor of three on the scenarios that ship. */
const MILLISECONDS_TO_START = 300
const MILLISECONDS_A_RUN = 8
const MICROSECONDS_A_REQUEST = 6
const MICROSECONDS_A_TOKEN = 1.5

export const plan = defineCommand({
  words: [{ name: 'scenario', meaning: 'a scenario file (YAML)', required: true }],
  options: {
    ...SCENARIO_OPTIONS,
    resolved: { type: 'flag', meaning: 'print the scenario with extends and --set applied, as YAML' },
  },
  async run({ words: [path], options }, terminal) {
    const file = await openScenario(path!, options)
    const metrics = validate(file)
    if (options.resolved) terminal.write(stringify(file.resolved))
    else
      for (const [label, text] of [
        ...matrixRows(file),
        ...costRows(file),
        ...moduleRows(file),
        ...metricRows(metrics),
      ])
        terminal.print(hanging(`${label.padEnd(10)}`, text, terminal.columns))
    return EXIT.pass
  },
})

type Row = readonly [label: string, text: string]

const MOST_NAMES = 12

const listed = (names: readonly (string | number | boolean)[]): string => {
  const more = names.length - MOST_NAMES
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` … and ${more} more` : '')
}

function matrixRows({ name, title, axes, variants, seeds }: ScenarioFile): readonly Row[] {
  const shown = variants.slice(0, MOST_NAMES)
  const more = variants.length - shown.length
  return [
    ['scenario', title === name ? name : `${name}: ${title}`],
    ...axes.map(({ name, values }, i): Row => [i === 0 ? 'matrix' : '', `${name}: ${listed(values)}`]),
    ['variants', String(variants.length)],
    ...(variants.length === 1 ? [] : shown.map((variant): Row => ['', variant.name])),
    ...(more > 0 ? [['', `… and ${more} more`] as const] : []),
    ['seeds', `${seeds.length}: ${listed(seeds)}`],
    ['runs', String(variants.length * seeds.length)],
  ]
}

function costRows({ variants, seeds }: ScenarioFile): readonly Row[] {
  const each = variants.map(({ scenario }) => estimate(scenario))
  if (each.some((cost) => cost === undefined))
    return [['cost', 'not known before it is run: how many requests come hangs on the answers']]
  const requests = each.reduce((sum, cost) => sum + cost!.requests, 0) * seeds.length
  const time = each.reduce((sum, cost) => sum + cost!.time, 0) * seeds.length + MILLISECONDS_TO_START * 1e6
  return [
    ['requests', requests === 0 ? 'none: there is no workload' : `about ${formatNumber(requests)}`],
    ['cost', `about ${format(roughly(time), 'ns')} of real time, give or take a factor of three`],
  ]
}

/** Code that is not ours, and what it brings with it. */
function moduleRows({ variants, modules }: ScenarioFile): readonly Row[] {
  const scenarios = variants.map(({ scenario }) => scenario)
  const files = new Set(scenarios.flatMap((scenario) => modulesOf(scenario).map(({ file }) => file)))
  const promises = scenarios.some((scenario) => hasPromises(scenario, modules))
  return [
    ...(files.size === 0
      ? []
      : [['modules', `${[...files].join(', ')}: the first run is made twice, messages are frozen`] as const]),
    ...(promises
      ? [
          [
            'promises',
            'a coordinator is written with async: each event that concerns it takes a turn of the event loop; up to four times the real time',
          ] as const,
        ]
      : []),
  ]
}

/** To one significant digit, from a tenth of a second on. */
function roughly(time: Nanos): Nanos {
  const digit = 10 ** Math.max(8, Math.floor(Math.log10(time)))
  return Math.max(1, Math.round(time / digit)) * digit
}

/** Requests of one run and its real time, as far as the workload tells. */
function estimate({ workload, measure }: Scenario): { requests: number; time: Nanos } | undefined {
  const start = MILLISECONDS_A_RUN * 1e6
  if (!workload) return { requests: 0, time: start }
  const expected = expectedRequests(workload, measure.duration, openTraceFile)
  if (!expected) return undefined
  const requests = Math.min(expected.requests, measure.requests ?? Number.POSITIVE_INFINITY)
  const microseconds = MICROSECONDS_A_REQUEST + MICROSECONDS_A_TOKEN * expected.tokens
  return { requests, time: start + requests * microseconds * 1e3 }
}

/** Families of metrics by the figures they have. */
function metricRows(metrics: MetricDefinitions): readonly Row[] {
  const byFigures = new Map<string, string[]>()
  for (const { name, figures } of metricFamilies(metrics)) {
    const names = byFigures.get(figuresText(figures)) ?? []
    byFigures.set(figuresText(figures), [...names, name])
  }
  return [
    ['metrics', `${Object.keys(metrics).length}, by the figures they have, such as latency.p95`],
    ...[...byFigures].map(([figures, names]): Row => ['', `${figures}: ${names.join(', ')}`]),
  ]
}
