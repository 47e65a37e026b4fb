// What `list` knows about beside scenarios: every part a scenario can name, from the registries that it is checked against.

import { checkerOfParts } from '../campaign/open.ts'
import type { CoordinatorDefinition } from '../env/index.ts'
import type { MetricDefinitions } from '../env/metric.ts'
import type { Parameters } from '../parameters.ts'
import { metricsOf } from '../run/replication.ts'
import { loadScenario } from '../scenario/load.ts'
import { container, parts } from '../scenario/parts.ts'
import { laws } from '../statistics/laws/registry.ts'
import { arrivals } from '../workload/arrivals/registry.ts'
import { requests } from '../workload/requests/registry.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { nominalTable } from '../world/costs/costs.ts'
import { CHART_MEANINGS } from './chart-files.ts'
import { costEntries, provenanceText } from './cost-entries.ts'
import { type MetricFamily, metricFamilies } from './metric-families.ts'

export interface Entry {
  readonly meaning: string
  readonly parameters?: Parameters
  readonly metrics?: MetricDefinitions
  readonly source?: string
  /** What can go wrong inside a service. */
  readonly faults?: Readonly<Record<string, string>> | undefined
  /** Said below the parameters. */
  readonly note?: string
  /** What a law gives. */
  readonly figures?: readonly { readonly name: string; readonly meaning: string }[]
  readonly family?: MetricFamily
}

export interface Topic {
  /** What one entry is called. */
  readonly one: string
  readonly note?: string
  entries(): Readonly<Record<string, Entry>>
}

export const topics: Readonly<Record<string, Topic>> = {
  services: { one: 'service', entries: () => observing(contained(parts.services), 'service.NAME.') },
  coordinators: { one: 'coordinator', entries: () => contained(parts.coordinators) },
  arrivals: { one: 'kind of arrivals', entries: () => arrivals },
  requests: { one: 'kind of request', entries: () => requests },
  faults: { one: 'fault', entries: () => parts.faults },
  checkers: {
    one: 'checker',
    note: 'They are set below `checks`, by their names, and switched off by `checks.off`, a list of names.',
    entries: () => parts.checkers,
  },
  distributions: {
    one: 'distribution',
    entries: () =>
      Object.fromEntries(
        Object.entries(parts.distributions).map(([name, { meaning, parameters }]) => [
          name,
          { meaning, parameters: parameters('ns') },
        ]),
      ),
  },
  laws: { one: 'law', entries: () => laws },
  costs: { one: 'operation', note: provenanceText(nominalTable), entries: () => costEntries(nominalTable) },
  metrics: {
    one: 'metric',
    note: 'These are of every run; what a service or coordinator adds stands in `rehearsal list services NAME`, and all that a scenario gives in `rehearsal plan SCENARIO`.',
    entries: commonMetrics,
  },
  charts: {
    one: 'chart',
    note: 'A result has those that it has something to draw for; all of them are on its page. As files, in any document: rehearsal report RESULT --charts speedup,latency --format svg,png,csv',
    entries: () => Object.fromEntries(CHART_MEANINGS.map(({ name, meaning }) => [name, { meaning }])),
  },
  sections: {
    one: 'section',
    entries: () => ({
      hosts: { meaning: 'a group of hosts (and `count`, how many)', parameters: parts.host },
      network: { meaning: 'the network (and `links`, a list)', parameters: parts.network },
      links: {
        meaning: 'one entry of `network.links` (and `between`, two hosts or groups)',
        parameters: parts.link,
      },
      container: {
        meaning: 'what can be set on every service and coordinator, besides its own',
        parameters: container,
      },
      workload: { meaning: 'what the clients ask, and when', parameters: parts.workload },
    }),
  },
}

/** A small scenario with a workload: what it gives, every one gives, with its own names of hosts and services. */
const SMALL = `
name: small
hosts: { some-host: { cores: 1 } }
services: { some-service: { kind: queue, on: some-host, service: 1s } }
workload: { target: some-service, arrivals: { kind: once, count: 1 }, request: { kind: job } }
`

/** Families of metrics that every run with a workload gives. */
function commonMetrics(): Readonly<Record<string, Entry>> {
  const [variant] = loadScenario('small.yaml', { checker: checkerOfParts(), read: () => SMALL }).variants
  const terms = { seed: '1', bins: 2, checked: false, openTrace: openTraceFile }
  const families = metricFamilies(metricsOf(variant!.scenario, terms))
  const common = families.filter(({ name }) => !name.startsWith('service.'))
  return Object.fromEntries(
    common.map((family) => {
      const [name, meaning] = [general(family.name), general(family.meaning)]
      return [name, { meaning, family: { ...family, name, meaning } }]
    }),
  )
}

const general = (text: string): string =>
  text.replaceAll(/some-(?:host|service)/g, 'NAME').replace(/\bcore 0\b/, 'core N')

/** The entries with what is their own, and a word on the rest. */
const contained = (entries: Readonly<Record<string, Entry>>) =>
  Object.fromEntries(
    Object.entries(entries).map(([name, { parameters = {}, ...entry }]) => {
      const own = Object.entries(parameters).filter(([key]) => !(key in container))
      const note = 'and what every service and coordinator has: `rehearsal list sections container`'
      return [name, { ...entry, parameters: Object.fromEntries(own), note }]
    }),
  )

/** A coordinator of the user's. */
export const coordinatorEntry = ({ name, meaning, parameters, metrics = {} }: CoordinatorDefinition): Entry =>
  contained({ [name]: { meaning, parameters, metrics } })[name]!

/** The entries with their metrics as a result calls them. */
const observing = (entries: Readonly<Record<string, Entry>>, prefix: string) =>
  Object.fromEntries(
    Object.entries(entries).map(([name, { metrics = {}, ...entry }]) => [
      name,
      {
        ...entry,
        metrics: Object.fromEntries(Object.entries(metrics).map(([key, metric]) => [prefix + key, metric])),
      },
    ]),
  )
