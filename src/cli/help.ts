// The help of the program and of each command.

import type { Command, Option, Word } from './command.ts'
import { commands } from './commands.ts'
import { glossary, hanging } from './prose.ts'

const ABOUT = 'Runs the coordinators of an agent fleet in a virtual data centre, the same bits every time.'
const EXIT_CODES = `0 pass, 1 an expectation failed, 2 usage or invalid scenario, 3 inconclusive, 4 determinism violated, 5 limit reached, 70 a bug of ours, 130 interrupted`

/** `rehearsal plan <scenario> [options]`. */
export const usageOf = (name: string, { words, options }: Pick<Command, 'words' | 'options'>): string =>
  [
    'rehearsal',
    name,
    ...words.map(wordUsage),
    ...(Object.keys(options).length > 0 ? ['[options]'] : []),
  ].join(' ')

const wordUsage = ({ name, required, many }: Word): string => {
  const text = `${name}${many ? '…' : ''}`
  return required ? `<${text}>` : `[${text}]`
}

/** What there is. */
export function helpOfAll(columns: number): string {
  const names = Object.entries(commands).map(([name, { meaning }]) => [name, meaning] as const)
  const first = [
    ['rehearsal init', 'write a scenario to start from'],
    ['rehearsal run scenario.yaml', 'run it'],
    ['rehearsal help run', 'what a command takes'],
  ] as const
  return [
    'rehearsal <command> [options]',
    hanging('', ABOUT, columns),
    `commands\n${glossary(names, columns)}`,
    `to begin\n${glossary(first, columns)}`,
    `exit codes\n${hanging('  ', EXIT_CODES, columns)}`,
  ].join('\n\n')
}

/** What one command takes. */
export function helpOf(name: string, command: Command, columns: number): string {
  const { words, options, examples = [], epilogue } = command
  const entries = [
    ...words.map((word) => [wordUsage(word), word.meaning] as const),
    ...Object.entries(options).map(([key, option]) => [optionUsage(key, option), describe(option)] as const),
  ]
  return [
    `usage: ${usageOf(name, command)}`,
    hanging('', commands[name]!.meaning, columns),
    ...(entries.length > 0 ? [glossary(entries, columns)] : []),
    ...(examples.length > 0
      ? [`examples\n${examples.map((example) => exampleLines(example, columns)).join('\n')}`]
      : []),
    // Each of its lines on its own: the last of them may be one to copy.
    ...(epilogue
      ? [
          epilogue
            .split('\n')
            .map((line) => hanging(/^ */.exec(line)![0], line.trimStart(), columns))
            .join('\n'),
        ]
      : []),
  ].join('\n\n')
}

function optionUsage(key: string, option: Option): string {
  if (option.type !== 'flag') return `--${key} ${option.value}`
  return option.default ? `--no-${key}` : `--${key}`
}

function describe(option: Option): string {
  if (option.type === 'text' && option.default) return `${option.meaning}; default ${option.default}`
  return option.meaning
}

/** A line that is too long goes on below, as a shell takes it. */
function exampleLines([line, meaning]: readonly [string, string], columns: number): string {
  const words = `  rehearsal ${line}`.split(/ (?=--)/)
  const lines = words.reduce<string[]>((all, word) => {
    const last = all.at(-1)
    if (last !== undefined && last.length + word.length + 3 <= columns)
      all[all.length - 1] = `${last} ${word}`
    else all.push(last === undefined ? word : `      ${word}`)
    return all
  }, [])
  return `${lines.join(' \\\n')}\n      ${meaning}`
}
