// All commands a Redis server knows here, and how one is carried out. Left out: streams, scripts but for `once`, WATCH, sharded channels,
// and the options of commands that are not named.

import type { RedisCommand, RedisValue } from '../../../../env/index.ts'
import type { Nanos } from '../../../../units.ts'
import { CommandError, type Keyspace } from '../keyspace.ts'
import {
  type Command,
  commandsAt,
  type KeyPlaces,
  keysAt,
  patience,
  type ServerCommand,
  wrongNumber,
} from './command.ts'
import { functions } from './functions.ts'
import { hashes } from './hashes.ts'
import { keys } from './keys.ts'
import { lists } from './lists.ts'
import { server } from './server.ts'
import { sets } from './sets.ts'
import { sortedSets } from './sorted-sets.ts'
import { strings } from './strings.ts'

const basic = { ...keys, ...strings, ...hashes, ...lists, ...sets, ...sortedSets }

const commands: ReadonlyMap<string, Command | ServerCommand> = new Map<string, Command | ServerCommand>(
  [basic, functions(basic), server].flatMap((group) => Object.entries(group)),
)

/** A command as it came: what it is, if it is known and its arguments are as many as it takes. */
export class Invocation {
  /** As it was written. */
  readonly name: string
  readonly args: readonly string[]
  /** One of the two, or an error. */
  readonly command: Command | undefined
  readonly ofServer: ServerCommand | undefined
  readonly error: CommandError | undefined

  constructor({ command: name, args }: RedisCommand) {
    this.name = name
    this.args = args.map(String)
    const command = commands.get(name.toUpperCase())
    if (!command) this.error = unknownCommand(name, this.args)
    else if (args.length < command.least || args.length > (command.most ?? command.least))
      this.error = wrongNumber(name)
    else if ('answer' in command) this.ofServer = command
    else this.command = command
  }

  get writes(): boolean {
    return (this.command?.effect ?? 'reads') !== 'reads'
  }

  get grows(): boolean {
    return this.command?.effect === 'grows'
  }

  get keys(): readonly string[] {
    return keysAt(this.#places, this.args)
  }

  /** The keys at which it waits: not the one that BLMOVE moves to. */
  get waitsAt(): readonly string[] {
    return this.#places === 'two' ? this.args.slice(0, 1) : this.keys
  }

  /** How long it waits where there is nothing to take; `undefined`: it does not. */
  get patience(): Nanos | undefined {
    return this.command?.blocks ? patience(this.args.at(-1)!) : undefined
  }

  /** Bytes of it in a stream of commands: each argument, and some 8 for its length and its ends. */
  get bytes(): number {
    let bytes = 8 + this.name.length
    for (const arg of this.args) bytes += 8 + arg.length
    return bytes
  }

  /** How many commands' worth of time it takes, and how many elements of the keyspace it touches. */
  weight(db: Keyspace, now: Nanos): { readonly commands: number; readonly elements: number } {
    const { command, args } = this
    const elements = command?.elements ? attempted(() => command.elements!(db, args, now)) : 0
    return {
      commands: commandsAt(this.#places, args),
      elements: typeof elements === 'number' ? elements : 0,
    }
  }

  /** Its reply, or what it says where it fails; of a command on what the keys hold. */
  run(db: Keyspace, now: Nanos): RedisValue {
    return attempted(() => {
      if (this.error) throw this.error
      return this.command!.run(db, this.args, now)
    })
  }

  get #places(): KeyPlaces {
    return (this.command ?? this.ofServer)?.keys ?? 'first'
  }
}

/** What code gives, or the message to the client that it ends in. */
export function attempted(code: () => RedisValue): RedisValue {
  try {
    return code()
  } catch (error) {
    if (error instanceof CommandError) return { error: error.message }
    throw error
  }
}

const unknownCommand = (name: string, args: readonly string[]): CommandError =>
  new CommandError(
    `ERR unknown command '${name}', with args beginning with: ${args.map((arg) => `'${arg}' `).join('')}`,
  )
