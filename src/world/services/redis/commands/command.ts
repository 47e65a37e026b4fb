// What a command is: its arguments, its effect, what it costs beyond the common, and what it does.

import type { RedisValue } from '../../../../env/index.ts'
import type { Nanos } from '../../../../units.ts'
import { CommandError, type Keyspace } from '../keyspace.ts'

export interface Command {
  /** How many arguments it takes, the command's name left out. */
  readonly least: number
  /** Default: `least`; Infinity: any number. */
  readonly most?: number
  /** A command that may take more memory is refused when there is none. Default: reads. */
  readonly effect?: 'reads' | 'writes' | 'grows'
  /** Keys it works on; each costs as much as a command. Default 1. */
  keys?(args: readonly string[]): number
  /** Elements it touches in time O(n), before it runs. Default 0. */
  elements?(db: Keyspace, args: readonly string[], now: Nanos): number
  run(db: Keyspace, args: readonly string[], now: Nanos): RedisValue
}

export type Commands = Readonly<Record<string, Command>>

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
