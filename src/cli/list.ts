// `rehearsal list`: the scenarios there are, and the parts a scenario can name, with what can be set on each.

import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printable, quote, ScenarioError, unknownName } from '../errors.ts'
import { loadModule } from '../modules/modules.ts'
import type { ModuleName } from '../scenario/scenario.ts'
import { readFileText } from '../scenario/source/text.ts'
import { defineCommand } from './command.ts'
import { describeEntry } from './describe.ts'
import { EXIT } from './exit.ts'
import { exists, readScenario } from './files.ts'
import { glossary, hanging } from './prose.ts'
import { coordinatorEntry, type Topic, topics } from './topics.ts'

export const list = defineCommand({
  words: [
    { name: 'topic', meaning: `scenarios, ${Object.keys(topics).join(', ')}` },
    { name: 'name', meaning: 'one entry, whole; of scenarios: a folder' },
  ],
  options: {
    module: {
      type: 'text',
      value: 'FILE',
      meaning: 'with coordinators: the one that this file exports, which is loaded and run for that',
    },
    export: { type: 'text', value: 'NAME', meaning: 'with --module: which of its exports' },
  },
  examples: [
    ['list services', 'the services there are'],
    ['list services ollama', 'every parameter of the model of Ollama'],
    ['list coordinators --module ./my-queen.ts', 'every parameter of a coordinator of yours'],
  ],
  async run({ words: [topic, name], options }, terminal) {
    const { columns } = terminal
    const { module: file, export: exported } = options
    if (exported !== undefined && file === undefined)
      throw new ScenarioError('--export is given without --module; expected both')
    terminal.print(
      file === undefined
        ? textOf(topic, name, columns)
        : await moduleText(
            topic,
            name,
            { file, ...(exported === undefined ? {} : { export: exported }) },
            columns,
          ),
    )
    return EXIT.pass
  },
})

/** Of one's own file no leave need be asked. */
async function moduleText(
  topic: string | undefined,
  name: string | undefined,
  module: ModuleName,
  columns: number,
): Promise<string> {
  if (topic !== 'coordinators' || name !== undefined)
    throw new ScenarioError([
      {
        message: '--module goes with `list coordinators` and no name',
        hint: `rehearsal list coordinators --module ${quote(module.file, 200)}`,
      },
    ])
  const definition = await loadModule(module)
  return describeEntry(definition.name, coordinatorEntry(definition), columns)
}

function textOf(topic: string | undefined, name: string | undefined, columns: number): string {
  if (topic === undefined) return everything(columns)
  if (topic === 'scenarios') return scenariosIn(name ?? scenarioFolder(), columns)
  if (!Object.hasOwn(topics, topic))
    throw new ScenarioError([unknownName('topic', topic, ['scenarios', ...Object.keys(topics)])])
  const { one, entries, note } = topics[topic]!
  const all = entries()
  if (name === undefined)
    return briefly(topics[topic]!, columns) + (note ? `\n\n${hanging('', note, columns)}` : '')
  if (!Object.hasOwn(all, name)) throw new ScenarioError([unknownName(one, name, Object.keys(all))])
  return describeEntry(name, all[name]!, columns)
}

function everything(columns: number): string {
  const scenarios = `scenarios\n${scenariosIn(scenarioFolder(), columns)}`
  const others = Object.entries(topics).map(([name, topic]) => `${name}\n${briefly(topic, columns)}`)
  const end = '`rehearsal list TOPIC NAME` shows one whole, such as `rehearsal list services ollama`.'
  return [scenarios, ...others, hanging('', end, columns)].join('\n\n')
}

const briefly = ({ entries }: Topic, columns: number): string =>
  glossary(
    Object.entries(entries()).map(([name, { meaning }]) => [name, meaning]),
    columns,
  )

/** The folder here, or else the one that comes with the program. */
const scenarioFolder = (): string =>
  exists('scenarios')
    ? 'scenarios'
    : relative('.', fileURLToPath(new URL('../../scenarios', import.meta.url)))

/** Every scenario below a folder, with its title. */
function scenariosIn(folder: string, columns: number): string {
  const files = scenarioFiles(folder)
  if (files.length === 0) throw new ScenarioError(`no scenarios (*.yaml) in ${printable(folder)}`)
  return glossary(
    files.map((file) => [printable(file), titleOf(file)]),
    columns,
  )
}

function scenarioFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => join(folder, name))
  } catch {
    throw new ScenarioError(`no folder ${printable(folder)}; expected one with scenarios in it`)
  }
}

function titleOf(file: string): string {
  try {
    const tree = readFileText(readScenario(file), file)
    const title = tree.type === 'mapping' ? tree.entries.get('title')?.node : undefined
    return title?.type === 'scalar' ? String(title.value ?? '') : ''
  } catch {
    return '(cannot be read; see rehearsal check)'
  }
}
