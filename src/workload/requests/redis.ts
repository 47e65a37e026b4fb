// Commands to a Redis server, drawn from a mix: `{ command: "SET agent:{key} {value}", weight: 1 }`.
// Keys are equally likely, but for one that may be hot. Left out: values of different lengths.

import type { RedisCommand, RedisRequest } from '../../env/clients/redis.ts'
import { quote, ScenarioError } from '../../errors.ts'
import { weighted } from '../../kernel/distributions/weighted.ts'
import { bytes, count, flag, list, number, ratio, record, text } from '../../parameters.ts'
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
            meaning:
              'as at the Redis prompt; {key} stands for a number below keys, {value} for a value, {n} for the number of the command, from 1',
          }),
          weight: number({ meaning: 'how often it is drawn, relative to the others', default: 1, min: 0 }),
        },
        { meaning: 'one of the commands' },
      ),
      { meaning: 'the commands', max: 1000 },
    ),
    keys: count({ meaning: 'how many different keys there are', default: 1000, min: 1, max: 2 ** 32 }),
    hot: ratio({ meaning: 'share of the commands that go to key 0, whatever else falls to it', default: 0 }),
    valueBytes: bytes({ meaning: 'size of a value', default: 100, max: 64 * MiB }),
    pipeline: count({ meaning: 'commands in one request', default: 1, min: 1, max: 10_000 }),
    atomic: flag({ meaning: 'a request is a transaction (MULTI … EXEC)', default: false }),
  },
  create({ mix, keys, hot, valueBytes, pipeline, atomic }, streams) {
    if (mix.length === 0) throw new ScenarioError('invalid mix: no command; expected at least one')
    const value = 'x'.repeat(valueBytes)
    const commands = mix.map(({ command }) => templateOf(command, value))
    const { draw } = weighted(mix.map(({ weight }) => weight))
    const choice = streams('command')
    const key = streams('key')
    const heat = streams('hot')
    let n = 0
    const next = () => commands[draw(choice)]!(hot > 0 && heat.uniform() < hot ? 0 : key.integer(keys), ++n)
    return (): RedisRequest => ({
      kind: 'redis',
      commands: Array.from({ length: pipeline }, next),
      ...(atomic ? { atomic } : {}),
    })
  },
})

const PLACEHOLDER = /\{([^{}]*)\}/g
const KNOWN = ['key', 'value', 'n']

/** A command with its values filled in, and its key and number to be. */
function templateOf(template: string, value: string): (key: number, n: number) => RedisCommand {
  const [command, ...args] = template.trim().split(/\s+/)
  if (!command) throw new ScenarioError('invalid command: empty; expected one such as "GET agent:{key}"')
  for (const [, name] of template.matchAll(PLACEHOLDER))
    if (!KNOWN.includes(name!))
      throw new ScenarioError(
        `invalid command: ${quote(template)}: unknown placeholder {${quote(name)}}; known: ${KNOWN.map((known) => `{${known}}`).join(', ')}`,
      )
  const filled = args.map((arg) => arg.replaceAll('{value}', value))
  return (key, n) => ({
    command,
    args: filled.map((arg) => arg.replaceAll('{key}', String(key)).replaceAll('{n}', String(n))),
  })
}
