// Commands on the server itself: its subscribers, its role, its slots. Who waits for what (WAIT) is the server's to say.

import { type RedisValue, slotOf } from '../../../../env/index.ts'
import type { Process } from '../../../process.ts'
import { CommandError } from '../keyspace.ts'
import { MORE, type ServerCommand, type ServerSide } from './command.ts'

/** Elements of a message to a subscriber: its length, what it is, its channel, its text. */
export const PUBLISHED = 4

/** One answer is itself; Redis writes several one after the other. */
const together = (answers: readonly RedisValue[]): RedisValue =>
  answers.length === 1 ? answers[0]! : answers

const subscribe = (word: string, pattern: boolean): ServerCommand => ({
  least: 1,
  most: MORE,
  keys: 'none',
  elements: (_server, args) => args.length - 1,
  answer: (server, args, caller) =>
    together(args.map((name) => [word, name, server.subscribe(caller, name, pattern)])),
})

const unsubscribe = (word: string, pattern: boolean): ServerCommand => ({
  least: 0,
  most: MORE,
  keys: 'none',
  answer(server: ServerSide, args, caller: Process) {
    const names = args.length === 0 ? [undefined] : args
    const ended = names.flatMap((name) => server.unsubscribe(caller, name, pattern))
    return together(ended.map(([name, left]) => [word, name, left]))
  },
})

export const server: Readonly<Record<string, ServerCommand>> = {
  PUBLISH: {
    least: 2,
    keys: 'none',
    elements: (server, [channel]) => PUBLISHED * server.receivers(channel!),
    answer: (server, [channel, message]) => server.publish(channel!, message!),
  },
  SUBSCRIBE: subscribe('subscribe', false),
  PSUBSCRIBE: subscribe('psubscribe', true),
  UNSUBSCRIBE: unsubscribe('unsubscribe', false),
  PUNSUBSCRIBE: unsubscribe('punsubscribe', true),
  WAIT: { least: 2, keys: 'none', waits: true, answer: (server) => server.having() },
  ROLE: { least: 0, keys: 'none', answer: (server) => server.role() },
  CLUSTER: {
    least: 1,
    most: MORE,
    keys: 'none',
    answer(server, [what, key, ...rest]) {
      const word = what!.toUpperCase()
      if (word === 'SLOTS' && key === undefined) return server.slots()
      if (word === 'KEYSLOT' && key !== undefined && rest.length === 0) return slotOf(key)
      throw new CommandError(
        `ERR unknown subcommand or wrong number of arguments for '${what}'. Try CLUSTER HELP.`,
      )
    },
  },
}
