// Figures that follow from others: what a run completed per second, what part of it failed, and, where a part of the
// scenario has several instances, the figure of all of them together.

import type { MetricDefinition } from '../env/metric.ts'
import type { Recorded } from '../observe/recorder.ts'

type Metric = Recorded['metrics'][string]
type Metrics = Readonly<Record<string, Metric>>

const FAILURES = ['requests.timed-out', 'requests.refused', 'requests.failed'] as const

/** A figure made of several, or absent where one of them is. */
const figure = (definition: MetricDefinition, value: number | null): Metric => ({ ...definition, value })

function ofRequests(metrics: Metrics): Metrics {
  const completed = metrics['requests.completed']
  const rate = metrics['requests.completed.rate']
  if (!completed || !rate) return {}
  const failed = FAILURES.reduce((sum, name) => sum + (metrics[name]?.value ?? 0), 0)
  const ended = failed + (completed.value ?? 0)
  const tokens = metrics['tokens.rate']
  const answers = metrics['ttft.count']?.value
  return {
    ...perRequest(metrics, completed.value),
    // Where no answer has tokens, their rate is not 0: there is none.
    ...(tokens ? { 'tokens.rate': answers ? tokens : figure(tokens, null) } : {}),
    throughput: figure({ unit: '/s', better: 'higher', meaning: 'requests answered per second' }, rate.value),
    errors: figure(
      { unit: 'ratio', better: 'lower', meaning: 'share of requests without an answer' },
      ended === 0 ? null : failed / ended,
    ),
  }
}

/** Messages that coordinators count, of each request that was answered. */
const MESSAGES = ['swarm.messages', 'pbft.messages'] as const

const perRequest = (metrics: Metrics, completed: number | null): Metrics =>
  Object.fromEntries(
    MESSAGES.flatMap((name) => {
      const messages = metrics[name]
      if (!messages) return []
      const definition = {
        ...messages,
        unit: 'number',
        meaning: `${messages.meaning}, for each request answered`,
      } as const
      return [
        [`${name}.per-request`, figure(definition, completed ? (messages.value ?? 0) / completed : null)],
      ]
    }),
  )

const INSTANCE = /^(host|service)\.([^.]+)\.(\d+)\.(.+)$/

/** One instance's figure, and over how many samples it is: 1 where it is no mean over samples. */
interface Member {
  readonly metric: Metric
  readonly weight: number
}

type Fold = (members: readonly { readonly value: number; readonly weight: number }[]) => number

/** `service.ollama.1.queue.mean` … `.5.queue.mean` → `service.ollama.queue.mean`: means averaged, maxima taken, counts added. */
function ofGroups(metrics: Metrics): Metrics {
  const groups = new Map<string, Member[]>()
  for (const [name, metric] of Object.entries(metrics)) {
    const match = INSTANCE.exec(name)
    if (!match || match[4]!.startsWith('core.') || !foldOf(match[4]!)) continue
    const group = `${match[1]}.${match[2]}.${match[4]}`
    const member = { metric, weight: metrics[name.replace(/\.mean$/, '.count')]?.value ?? 1 }
    const members = groups.get(group)
    if (members) members.push(member)
    else groups.set(group, [member])
  }
  return Object.fromEntries(
    [...groups].map(([name, members]) => {
      const { unit, better, meaning } = members[0]!.metric
      const whole = { unit, better, meaning: `${meaning.replace(/\.1\b/, '')}, all instances` }
      const observed = members.flatMap(({ metric: { value }, weight }) =>
        value === null ? [] : [{ value, weight }],
      )
      return [name, figure(whole, observed.length === 0 ? null : foldOf(name)!(observed))]
    }),
  )
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

const add: Fold = (members) => sum(members.map(({ value }) => value))
const most: Fold = (members) => Math.max(...members.map(({ value }) => value))
/** Over samples where there are some, else over instances. */
const average: Fold = (members) =>
  sum(members.map(({ value, weight }) => value * weight)) / sum(members.map(({ weight }) => weight))

/** How a figure of instances becomes one of all; `undefined`: it does not (percentiles). */
function foldOf(name: string): Fold | undefined {
  if (/\.(p\d+|sd|min)$/.test(name)) return undefined
  if (name.endsWith('.mean')) return average
  return name.endsWith('.max') ? most : add
}

/** The record with its derived figures, and the series of completions under the name of throughput. */
export function withDerived(recorded: Recorded): Recorded {
  const { 'requests.completed': throughput, ...series } = recorded.series
  return {
    ...recorded,
    metrics: { ...ofGroups(recorded.metrics), ...recorded.metrics, ...ofRequests(recorded.metrics) },
    series: throughput
      ? { ...series, throughput: { ...throughput, unit: '/s', meaning: 'requests answered per second' } }
      : series,
  }
}
