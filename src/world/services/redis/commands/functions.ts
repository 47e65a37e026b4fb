// FCALL: functions that the server has loaded (Redis 7), each carried out as one command that nobody else comes between.
// Lua is not interpreted: what is known is `once`, written here as it would be there. Keys: a token, then one a command.
//   redis.register_function('once', function(keys, args)
//     local done = redis.call('GET', keys[1])
//     if done then return {0, cjson.decode(done)} end
//     local replies, at = {}, 2
//     for i = 2, #keys do
//       local n = tonumber(args[at + 1])
//       replies[i - 1] = redis.pcall(args[at], keys[i], unpack(args, at + 2, at + 1 + n))
//       at = at + 2 + n
//     end
//     redis.call('SET', keys[1], cjson.encode(replies), 'PX', args[1])
//     return {1, replies}
//   end)
// Each call inside is taken to cost a command, and the function one: in pipelines of ten 1.20, 1.54 and 1.89 µs with one,
// two and three calls, where redis/redis#7382 measured 1.50, 1.75 and 2.00 on another host.
// Left out: FUNCTION LOAD, EVAL, the limit to a script's time, elements of the commands inside.

import type { RedisValue } from '../../../../env/index.ts'
import type { Nanos } from '../../../../units.ts'
import { CommandError, type Keyspace } from '../keyspace.ts'
import { type Command, type Commands, countedKeys, MORE, whole } from './command.ts'

/** @param basic the commands that a function may call */
export const functions = (basic: Readonly<Record<string, Command>>): Commands => ({
  FCALL: {
    least: 2,
    most: MORE,
    keys: 'counted',
    effect: 'grows',
    run(db, args, now) {
      if (args[0] !== 'once') throw new CommandError('ERR Function not found')
      const keys = countedKeys(args)
      if (!keys) throw new CommandError("ERR Number of keys can't be greater than number of args")
      return once(basic, db, keys, args.slice(2 + keys.length), now)
    },
  },
})

function once(
  basic: Readonly<Record<string, Command>>,
  db: Keyspace,
  [token = '', ...keys]: readonly string[],
  [lifetime = '', ...words]: readonly string[],
  now: Nanos,
): RedisValue {
  const until = now + whole(lifetime) * 1e6
  const done = db.get(token, 'string', now)
  if (done) return [0, JSON.parse(done.value) as RedisValue]
  const replies: RedisValue[] = []
  let at = 0
  for (const key of keys) {
    const [name = '', more = ''] = words.slice(at, at + 2)
    const end = at + 2 + whole(more)
    replies.push(
      called(
        Object.hasOwn(basic, name) ? basic[name] : undefined,
        db,
        [key, ...words.slice(at + 2, end)],
        now,
      ),
    )
    at = end
  }
  db.expire(db.put(token, 'string', JSON.stringify(replies)), until)
  return [1, replies]
}

/** As redis.pcall has it: an error is a reply. */
function called(command: Command | undefined, db: Keyspace, args: readonly string[], now: Nanos): RedisValue {
  try {
    if (!command) throw new CommandError('ERR Unknown Redis command called from script')
    if (args.length < command.least || args.length > (command.most ?? command.least))
      throw new CommandError('ERR Wrong number of args calling Redis command from script')
    return command.run(db, args, now)
  } catch (error) {
    if (error instanceof CommandError) return { error: error.message }
    throw error
  }
}
