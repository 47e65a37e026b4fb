// What a command is: its arguments, its keys, its effect, what it costs beyond the common, and what it does.

import type { RedisValue } from '../../../../env/index.ts'
import type { Nanos } from '../../../../units.ts'
import type { Process } from '../../../process.ts'
import { CommandError, type Keyspace } from '../keyspace.ts'

/** Any number of arguments. */
export const MORE = Number.POSITIVE_INFINITY

/** Which arguments are keys. */
export type KeyPlaces = 'none' | 'first' | 'two' | 'all' | 'every-other' | 'all-but-last' | 'counted'

interface Form {
  /** How many arguments it takes, the command's name left out. */
  readonly least: number
  /** Default: `least`. */
  readonly most?: number
  /** Each of `all`, `every-other`, `all-but-last`, `counted` costs as much as a command. Default: the first. */
  readonly keys?: KeyPlaces
}

/** A command on what the keys hold. */
export interface Command extends Form {
  /** A command that may take more memory is refused when there is none. Default: reads. */
  readonly effect?: 'reads' | 'writes' | 'grows'
  /** Elements it touches in time O(n), before it runs. Default 0. */
  elements?(db: Keyspace, args: readonly string[], now: Nanos): number
  /** The caller waits for something to take where there is nothing (null), as long as the last argument says, in seconds. */
  readonly blocks?: true
  run(db: Keyspace, args: readonly string[], now: Nanos): RedisValue
}

/** What a command on the server itself can see of it. */
export interface ServerSide {
  readonly db: Keyspace
  now(): Nanos
  /** Who would get a message to a channel. */
  receivers(channel: string): number
  /** How many got it. */
  publish(channel: string, message: string): number
  subscribe(caller: Process, name: string, pattern: boolean): number
  /** Without a name: from all channels, or all patterns. Each with the subscriptions that are left. */
  unsubscribe(
    caller: Process,
    name: string | undefined,
    pattern: boolean,
  ): readonly (readonly [string | null, number])[]
  /** How many replicas have said that they have every write made so far. */
  having(): number
  role(): RedisValue
  slots(): RedisValue
}

/** A command on the server itself. */
export interface ServerCommand extends Form {
  /** WAIT: the caller waits until the answer is as much as the first argument, for so many milliseconds as the second says. */
  readonly waits?: true
  elements?(server: ServerSide, args: readonly string[]): number
  answer(server: ServerSide, args: readonly string[], caller: Process): RedisValue
}

export type Commands = Readonly<Record<string, Command>>

/** The arguments that are keys. */
export function keysAt(places: KeyPlaces, args: readonly string[]): readonly string[] {
  switch (places) {
    case 'none':
      return []
    case 'first':
      return args.slice(0, 1)
    case 'two':
      return args.slice(0, 2)
    case 'all':
      return args
    case 'every-other':
      return args.filter((_, i) => i % 2 === 0)
    case 'all-but-last':
      return args.slice(0, -1)
    case 'counted':
      return countedKeys(args) ?? []
  }
}

/** The keys of which the second argument says how many follow; `undefined`: not so many do. */
export function countedKeys([, number = '', ...rest]: readonly string[]): readonly string[] | undefined {
  const count = /^\d{1,9}$/.test(number) ? Number(number) : Number.NaN
  return count <= rest.length ? rest.slice(0, count) : undefined
}

/** How many commands' worth of time its keys take. */
export function commandsAt(places: KeyPlaces, args: readonly string[]): number {
  switch (places) {
    case 'all':
      return args.length
    case 'every-other':
      return args.length / 2
    case 'all-but-last':
      return args.length - 1
    case 'counted':
      // A function: itself, a look for its token and the token's keeping, a command for each other key.
      return 2 + (countedKeys(args)?.length ?? 0)
    default:
      return 1
  }
}

/** A whole number as Redis takes it; beyond 2^53 ours ends, beyond 2^63 theirs. */
export function whole(text: string, message = 'ERR value is not an integer or out of range'): number {
  const value = Number(text)
  if (!/^-?\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw new CommandError(message)
  return value
}

/** `by` more than a whole number held as text. */
export function increased(text: string, by: number, message?: string): number {
  const sum = whole(text, message) + by
  if (!Number.isSafeInteger(sum)) throw new CommandError('ERR increment or decrement would overflow')
  return sum
}

/** How many to take: a whole number, at least 0. */
export function amountOf(text: string): number {
  const amount = whole(text)
  if (amount < 0) throw new CommandError('ERR value is out of range, must be positive')
  return amount
}

/** How long a blocking command waits; Infinity for 0. */
export function patience(text: string): Nanos {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value) || value > 1e9)
    throw new CommandError('ERR timeout is not a float or out of range')
  if (value < 0) throw new CommandError('ERR timeout is negative')
  return value === 0 ? Number.POSITIVE_INFINITY : Math.round(value * 1e9)
}

export const syntaxError = (): CommandError => new CommandError('ERR syntax error')

export const wrongNumber = (name: string): CommandError =>
  new CommandError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`)

/** Places of a list from `start` to `stop`, as LRANGE counts them: negative ones from the end. */
export function places(start: string, stop: string, length: number): { from: number; to: number } {
  const from = whole(start)
  const to = whole(stop)
  return {
    from: Math.max(0, from < 0 ? from + length : from),
    to: Math.min(length - 1, to < 0 ? to + length : to),
  }
}
