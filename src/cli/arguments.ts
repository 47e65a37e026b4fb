// What was typed after a command's name, taken apart by yargs' parser and checked here: yargs lets some mistakes pass, and
// words others its own way. All mistakes are told at once.

import { Parser } from 'yargs/helpers'
import { type Mistake, quote, ScenarioError, unknownName } from '../errors.ts'
import type { Command, Option, Options, OptionValues } from './command.ts'
import { usageOf } from './help.ts'

type Read = Readonly<Record<string, unknown>> & { readonly _: readonly (string | number)[] }

interface Given {
  readonly words: readonly string[]
  readonly options: OptionValues<Options>
}

/** The words and options that a command was given. Throws ScenarioError. */
export function readArguments(name: string, command: Command, args: readonly string[]): Given {
  const read = parse(command.options, args)
  const words = read._.map(String)
  const unknown = unknownOptions(command.options, read)
  // A word may be missing only because an option that does not exist took it for its value.
  const mistakes = [
    ...unknown,
    ...Object.entries(command.options).flatMap(([key, option]) => mistakesOf(key, option, read[key], args)),
    ...(unknown.length > 0 ? [] : wordMistakes(name, command, words)),
  ]
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  const options = Object.entries(command.options).map(([key, option]) => [key, givenValue(option, read[key])])
  return { words, options: Object.fromEntries(options) }
}

const parse = (options: Options, args: readonly string[]): Read =>
  Parser([...args], {
    boolean: Object.keys(options).filter((key) => options[key]!.type === 'flag'),
    string: Object.keys(options).filter((key) => options[key]!.type !== 'flag'),
    configuration: {
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'short-option-groups': false,
    },
  }) as Read

const unknownOptions = (options: Options, read: Read): Mistake[] => {
  const known = [...Object.keys(options), 'help'].map((key) => `--${key}`)
  return Object.keys(read)
    .filter((key) => key !== '_' && key !== '$0' && !Object.hasOwn(options, key))
    .map((key) => unknownName('option', `${key.length === 1 ? '-' : '--'}${key}`, known))
}

function mistakesOf(key: string, option: Option, value: unknown, args: readonly string[]): Mistake[] {
  if (option.type === 'flag') return flagMistakes(key, args)
  if (value === undefined) return []
  const values = valuesOf(option, value)
  if (values.some((each) => typeof each !== 'string' || each === ''))
    return [{ message: `missing value of --${key} (${option.value}): ${option.meaning}` }]
  if (option.type === 'text' && values.length > 1)
    return [
      {
        message: `--${key} is given ${values.length} times: ${values.map((each) => quote(each)).join(', ')}; expected once`,
      },
    ]
  const { choices } = option as { choices?: readonly string[] }
  if (!choices) return []
  return (values as string[])
    .filter((each) => !choices.includes(each))
    .map((each) => unknownName(key, each, choices))
}

/** What was given each time; `svg,png` is two where commas part them. */
const valuesOf = (option: Option, value: unknown): readonly unknown[] =>
  [value].flat().flatMap((each): unknown => {
    const parted = typeof each === 'string' && option.type === 'texts' && option.commas
    return parted ? each.split(',').map((part) => part.trim()) : [each]
  })

/** yargs takes `--json=3` for no. */
function flagMistakes(key: string, args: readonly string[]): Mistake[] {
  const given = args.find((arg) => arg.startsWith(`--${key}=`))
  const value = given?.slice(key.length + 3)
  if (value === undefined || value === 'true' || value === 'false') return []
  return [{ message: `invalid --${key}: ${quote(value)}; expected --${key} or --no-${key}, without a value` }]
}

function wordMistakes(name: string, command: Command, given: readonly string[]): Mistake[] {
  const { words } = command
  const hint = `usage: ${usageOf(name, command)}`
  const most = words.at(-1)?.many ? Number.POSITIVE_INFINITY : words.length
  const missing = words.filter(({ required }, i) => required && given.length <= i)
  return [
    ...missing.map((word) => ({ message: `missing ${word.name}: ${word.meaning}`, hint })),
    ...given.slice(most).map((word) => ({ message: `unexpected argument: ${quote(word)}`, hint })),
    ...(given.includes('') ? [{ message: 'an argument is empty; expected a name or a path', hint }] : []),
  ]
}

function givenValue(option: Option, value: unknown): unknown {
  const values = value === undefined ? [] : valuesOf(option, value)
  if (option.type === 'texts') return values
  return values.at(-1) ?? option.default ?? (option.type === 'flag' ? false : undefined)
}
