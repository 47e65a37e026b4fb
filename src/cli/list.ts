// `rehearsal list`: the scenarios there are, and the parts a scenario can name, with what can be set on each.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { CommandModule } from 'yargs'
import type { MetricDefinitions } from '../env/metric.ts'
import { nearest, printable } from '../errors.ts'
import { kebab, type Parameters } from '../parameters.ts'
import { parts } from '../scenario/parts.ts'
import { laws } from '../statistics/laws/registry.ts'
import { arrivals } from '../workload/arrivals/registry.ts'
import { requests } from '../workload/requests/registry.ts'
import { describeParameter } from './describe.ts'
import { EXIT, Exit } from './exit.ts'
import { readScenario } from './files.ts'

interface Listed {
  readonly meaning: string
  readonly parameters?: Parameters
  readonly metrics?: MetricDefinitions
  readonly source?: string
  readonly figures?: readonly { readonly name: string; readonly meaning: string }[]
}

type Entries = Readonly<Record<string, Listed>>

/** What can be listed: topic → its entries by name. */
const TOPICS: Readonly<Record<string, () => Entries>> = {
  services: () => parts.services,
  coordinators: () => parts.coordinators,
  arrivals: () => arrivals,
  requests: () => requests,
  faults: () => parts.faults,
  distributions: () =>
    Object.fromEntries(
      Object.entries(parts.distributions).map(([name, { meaning, parameters }]) => [
        name,
        { meaning, parameters: parameters('ns') },
      ]),
    ),
  laws: () => laws,
  sections: () => ({
    hosts: { meaning: 'a group of hosts (and `count`, how many)', parameters: parts.host },
    network: { meaning: 'the network (and `links`, a list)', parameters: parts.network },
    links: {
      meaning: 'one entry of `network.links` (and `between`, two hosts or groups)',
      parameters: parts.link,
    },
    workload: { meaning: 'what the clients ask, and when', parameters: parts.workload },
  }),
}

const topics = ['scenarios', ...Object.keys(TOPICS)]

export const listCommand: CommandModule<object, { topic?: string; name?: string }> = {
  command: 'list [topic] [name]',
  describe: 'list scenarios and parts: services, coordinators, metrics, distributions',
  builder: (yargs) =>
    yargs
      .positional('topic', { type: 'string', describe: topics.join(', ') })
      .positional('name', { type: 'string', describe: 'one entry, whole' })
      .example('$0 list services ollama', 'every parameter of the Ollama model'),
  handler({ topic, name }) {
    if (topic === undefined) {
      console.log(scenarioLines('scenarios').join('\n'))
      for (const [each, entries] of Object.entries(TOPICS)) console.log(`\n${each}\n${briefly(entries())}`)
      console.log('\nrehearsal list TOPIC NAME shows one whole.')
      return
    }
    if (topic === 'scenarios') {
      console.log(scenarioLines(name ?? 'scenarios').join('\n'))
      return
    }
    const entries = TOPICS[topic]?.()
    if (!entries) throw unknown('topic', topic, topics)
    if (name === undefined) console.log(briefly(entries))
    else if (entries[name]) console.log(whole(name, entries[name]))
    else throw unknown(topic, name, Object.keys(entries))
  },
}

function unknown(what: string, name: string, known: readonly string[]): Exit {
  const near = nearest(name, known)
  const hint = near === undefined ? '' : `\n  did you mean "${near}"?`
  return new Exit(EXIT.usage, `unknown ${what}: ${printable(name)}; known: ${known.join(', ')}${hint}`)
}

function briefly(entries: Entries): string {
  const width = Math.max(...Object.keys(entries).map((name) => name.length))
  return Object.entries(entries)
    .map(([name, { meaning }]) => `  ${name.padEnd(width)}  ${meaning}`)
    .join('\n')
}

function whole(
  name: string,
  { meaning, parameters = {}, metrics = {}, figures = [], source }: Listed,
): string {
  const lines = [`${name}: ${meaning}`]
  if (source) lines.push(`source: ${source}`)
  const own = Object.entries(parameters)
  if (own.length > 0) lines.push('', 'parameters')
  for (const [key, parameter] of own) lines.push(...describeParameter(kebab(key), parameter, '  '))
  const observed = Object.entries(metrics)
  if (observed.length > 0) lines.push('', 'metrics')
  for (const [key, metric] of observed)
    lines.push(`  ${key} (${metric.unit}, ${metric.better} is better): ${metric.meaning}`)
  if (figures.length > 0)
    lines.push('', 'figures', ...figures.map((each) => `  ${each.name}: ${each.meaning}`))
  return lines.join('\n').replaceAll('neither is better', 'no direction is better')
}

/** Every scenario below a folder, with its title; `base` files that others extend are left out by having no parts of their own. */
export function scenarioFiles(folder: string): string[] {
  let names: string[]
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch {
    throw new Exit(EXIT.usage, `no folder ${folder}; expected one with scenarios in it`)
  }
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(folder, name))
}

function scenarioLines(folder: string): string[] {
  const titled = scenarioFiles(folder).map((file) => [file, titleOf(file)] as const)
  const width = Math.max(...titled.map(([file]) => file.length))
  return titled.map(([file, title]) => `${file.padEnd(width)}  ${title}`)
}

function titleOf(file: string): string {
  try {
    const { title } = parse(readScenario(file), { maxAliasCount: 0 }) as { title?: unknown }
    return typeof title === 'string' ? printable(title) : ''
  } catch {
    return '(not readable; see rehearsal check)'
  }
}
