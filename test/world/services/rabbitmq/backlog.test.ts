import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Backlog } from '../../../../src/world/services/rabbitmq/backlog.ts'
import { Entry, type StoredMessage } from '../../../../src/world/services/rabbitmq/message.ts'

const message = {} as StoredMessage
const entry = (position: number) => new Entry(position, message, Number.POSITIVE_INFINITY)

test('whatever is taken and comes back, the oldest is always first', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant('push' as const) },
    { weight: 3, arbitrary: fc.constant('shift' as const) },
    { weight: 2, arbitrary: fc.nat() },
    { weight: 1, arbitrary: fc.constant('take' as const) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const backlog = new Backlog()
      const waiting = new Set<number>()
      const out: Entry[] = []
      let next = 1
      for (const each of steps) {
        if (each === 'push') {
          waiting.add(next)
          backlog.push(entry(next++))
        } else if (each === 'shift') {
          const taken = backlog.shift()
          expect(taken?.position).toBe(waiting.size === 0 ? undefined : Math.min(...waiting))
          if (taken) {
            waiting.delete(taken.position)
            out.push(taken)
          }
        } else if (each === 'take') {
          const wanted = new Set([...waiting].filter((position) => position % 2 === 0))
          const taken = backlog.take(wanted)
          expect(taken.map(({ position }) => position)).toEqual([...wanted].sort((a, b) => a - b))
          for (const position of wanted) waiting.delete(position)
          out.push(...taken)
        } else if (out.length > 0) {
          const [back] = out.splice(each % out.length, 1)
          waiting.add(back!.position)
          backlog.giveBack(back!)
        }
        expect(backlog.length).toBe(waiting.size)
        expect(backlog.first?.position).toBe(waiting.size === 0 ? undefined : Math.min(...waiting))
      }
    }),
  )
})
