// No two processes of a host hold a port at once. A process that has ended holds none: its kernel gave them back.

import { defineChecker, type Speaker } from './checker.ts'
import { Stated } from './fact-words.ts'
import { counted } from './verdicts.ts'
import { entryOf } from './window.ts'

interface Holder {
  readonly by: Speaker
  readonly epoch: number
  readonly stated: Stated
}

export const ports = defineChecker({
  name: 'ports',
  meaning: 'no two processes of a host hold the same port at once',
  parameters: {},
  create(_values, violated) {
    /** Host → port → its holder. */
    const hosts = new Map<string, Map<number, Holder>>()
    let bound = 0
    return {
      hears: {
        bound(at, by, fact) {
          bound++
          const ports = entryOf(hosts, by.host.name, () => new Map<number, Holder>())
          const stated = new Stated(at, by, fact)
          const holder = ports.get(fact.port)
          if (holder && holder.by !== by && holder.by.up && holder.by.epoch === holder.epoch)
            violated(at, () => ({
              what: `port ${fact.port} of ${by.host.name} was taken by ${by.name} while ${holder.by.name} had it`,
              events: [holder.stated.evidence, stated.evidence],
            }))
          ports.set(fact.port, { by, epoch: by.epoch, stated })
        },
        unbound(_at, by, fact) {
          const ports = hosts.get(by.host.name)
          if (ports?.get(fact.port)?.by === by) ports.delete(fact.port)
        },
      },
      finish: () =>
        bound === 0
          ? undefined
          : { pass: true, detail: `${counted(bound, 'port')} taken on ${counted(hosts.size, 'host')}` },
    }
  },
})
