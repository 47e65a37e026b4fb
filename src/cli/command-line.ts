// The command line as a function: what was typed and a terminal in, an exit code out. Errors end in clear messages,
// never in a stack trace, unless the bug is ours.

import { ScenarioError, unknownName } from '../errors.ts'
import { ForeignError } from '../modules/foreign-error.ts'
import { commands } from './commands.ts'
import { EXIT, Exit } from './exit.ts'
import type { Terminal } from './terminal.ts'

/** Does what was typed, without the program's name; the exit code. */
export async function commandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal)
  } catch (error) {
    return explain(error, terminal)
  }
}

async function dispatch([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined) {
    terminal.complain(await help(terminal))
    return EXIT.usage
  }
  if (name === '--version') {
    const { VERSION } = await import('./version.ts')
    terminal.print(VERSION)
    return EXIT.pass
  }
  if (name === 'help' || isHelp(name)) {
    terminal.print(args[0] === undefined ? await help(terminal) : await helpAbout(args[0], terminal))
    return EXIT.pass
  }
  if (args.some(isHelp)) {
    terminal.print(await helpAbout(name, terminal))
    return EXIT.pass
  }
  const command = await commandNamed(name)
  const { readArguments } = await import('./arguments.ts')
  return command.run(readArguments(name, command, args), terminal)
}

const isHelp = (arg: string): boolean => arg === '--help' || arg === '-h'

const help = async ({ columns }: Terminal): Promise<string> => (await import('./help.ts')).helpOfAll(columns)

async function helpAbout(name: string, { columns }: Terminal): Promise<string> {
  const { helpOf } = await import('./help.ts')
  return helpOf(name, await commandNamed(name), columns)
}

function commandNamed(name: string) {
  if (Object.hasOwn(commands, name)) return commands[name]!.load()
  const what = name.startsWith('-') ? 'option' : 'command'
  const known = what === 'option' ? ['--help', '--version'] : Object.keys(commands)
  throw new ScenarioError([unknownName(what, name, known)])
}

/** What an error means for whoever called, in words on standard error; the exit code. */
export function explain(error: unknown, { complain }: Pick<Terminal, 'complain'>): number {
  if (error instanceof Exit) {
    complain(error.message)
    return error.code
  }
  if (error instanceof ScenarioError) {
    const { length } = error.mistakes
    complain(length > 1 ? `${error.message}\n\n${length} mistakes` : error.message)
    return EXIT.usage
  }
  if (error instanceof ForeignError) {
    complain(error.message)
    return EXIT.failed
  }
  // What a module threw has its story told by the message; of all else the stack is the story.
  const told = error instanceof Error && error.name === 'ModuleError'
  const story = error instanceof Error ? (told ? error.message : error.stack) : String(error)
  complain(`rehearsal: a bug of ours, please report it\n${story}`)
  return EXIT.bug
}
