// Commands to a Redis server, drawn from a mix: `{ command: "SET agent:{key} {value}", weight: 1 }`.
// Keys are equally likely; what it leaves out: hot keys, and values of different lengths.

import type { RedisCommand, RedisRequest } from '../../env/clients/redis.ts'
import { quote, ScenarioError } from '../../errors.ts'
import { weighted } from '../../kernel/distributions/weighted.ts'
import { bytes, count, list, number, record, text } from '../../parameters.ts'
import { MiB } from '../../units.ts'
import { defineRequest } from './request-kind.ts'

export const redis = defineRequest({
  name: 'redis',
  meaning: 'a command to Redis, or a pipeline of them, drawn from a mix',
  parameters: {
    mix: list(
      record(
        {
          command: text({
            meaning: 'as at the Redis prompt; {key} stands for a number below keys, {value} for a value',
          }),
          weight: number({ meaning: 'how often it is drawn, relative to the others', default: 1, min: 0 }),
        },
        { meaning: 'one of the commands' },
      ),
      { meaning: 'the commands', max: 1000 },
    ),
    keys: count({ meaning: 'how many different keys there are', default: 1000, min: 1, max: 2 ** 32 }),
    valueBytes: bytes({ meaning: 'size of a value', default: 100, max: 64 * MiB }),
    pipeline: count({ meaning: 'commands in one request', default: 1, min: 1, max: 10_000 }),
  },
  create({ mix, keys, valueBytes, pipeline }, streams) {
    if (mix.length === 0) throw new ScenarioError('invalid mix: no command; expected at least one')
    const value = 'x'.repeat(valueBytes)
    const commands = mix.map(({ command }) => templateOf(command, value))
    const { draw } = weighted(mix.map(({ weight }) => weight))
    const choice = streams('command')
    const key = streams('key')
    const next = () => commands[draw(choice)]!(key.integer(keys))
    return (): RedisRequest => ({ kind: 'redis', commands: Array.from({ length: pipeline }, next) })
  },
})

const PLACEHOLDER = /\{([^{}]*)\}/g

/** A command with its values filled in, and its key to be. */
function templateOf(template: string, value: string): (key: number) => RedisCommand {
  const [command, ...args] = template.trim().split(/\s+/)
  if (!command) throw new ScenarioError('invalid command: empty; expected one such as "GET agent:{key}"')
  for (const [, name] of template.matchAll(PLACEHOLDER))
    if (name !== 'key' && name !== 'value')
      throw new ScenarioError(
        `invalid command: ${quote(template)}: unknown placeholder {${quote(name)}}; known: {key}, {value}`,
      )
  const filled = args.map((arg) => arg.replaceAll('{value}', value))
  return (key) => ({ command, args: filled.map((arg) => arg.replaceAll('{key}', String(key))) })
}
