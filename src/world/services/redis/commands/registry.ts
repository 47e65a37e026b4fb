// All commands a Redis server knows here, and how one is carried out. Left out: sorted sets, streams, publishing,
// transactions, scripts, and the options of commands that are not named.

import type { RedisCommand, RedisValue } from '../../../../env/index.ts'
import type { Nanos } from '../../../../units.ts'
import { CommandError, type Keyspace } from '../keyspace.ts'
import { type Command, wrongNumber } from './command.ts'
import { hashes } from './hashes.ts'
import { keys } from './keys.ts'
import { lists } from './lists.ts'
import { sets } from './sets.ts'
import { strings } from './strings.ts'

const commands: ReadonlyMap<string, Command> = new Map(
  [keys, strings, hashes, lists, sets].flatMap((group) => Object.entries(group)),
)

/** A command as it came: what it is, if it is known and its arguments are as many as it takes. */
export class Invocation {
  readonly name: string
  readonly args: readonly string[]
  readonly command: Command | undefined
  readonly #error: CommandError | undefined

  constructor({ command: name, args }: RedisCommand) {
    this.name = name
    this.args = args.map(String)
    const command = commands.get(name.toUpperCase())
    if (!command) this.#error = unknownCommand(name, this.args)
    else if (args.length < command.least || args.length > (command.most ?? command.least))
      this.#error = wrongNumber(name)
    else this.command = command
  }

  get writes(): boolean {
    return (this.command?.effect ?? 'reads') !== 'reads'
  }

  get grows(): boolean {
    return this.command?.effect === 'grows'
  }

  /** How many commands' worth of time it takes, and how many elements it touches. */
  weight(db: Keyspace, now: Nanos): { readonly commands: number; readonly elements: number } {
    const { command, args } = this
    const elements = command?.elements ? this.#attempt(() => command.elements!(db, args, now)) : 0
    return { commands: command?.keys?.(args) ?? 1, elements: typeof elements === 'number' ? elements : 0 }
  }

  /** Its reply, or what it says where it fails. */
  run(db: Keyspace, now: Nanos): RedisValue {
    return this.#attempt(() => {
      if (this.#error) throw this.#error
      return this.command!.run(db, this.args, now)
    })
  }

  #attempt(code: () => RedisValue): RedisValue {
    try {
      return code()
    } catch (error) {
      if (error instanceof CommandError) return { error: error.message }
      throw error
    }
  }
}

const unknownCommand = (name: string, args: readonly string[]): CommandError =>
  new CommandError(
    `ERR unknown command '${name}', with args beginning with: ${args.map((arg) => `'${arg}' `).join('')}`,
  )
