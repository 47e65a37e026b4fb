// No process is left behind: what a process started in its charge is ended before it, or soon after. A crash of the host ends
// both. A child that still runs when nothing is left to do was leaked, whether its parent lives or not.

import { duration } from '../../parameters.ts'
import { format, type Nanos, seconds } from '../../units.ts'
import { defineChecker, type Speaker } from './checker.ts'
import { Stated } from './fact-words.ts'
import { counted } from './verdicts.ts'

interface Child {
  readonly parent: Speaker
  readonly epoch: number
  /** Crashes of the parent's host until it was started. */
  readonly crashes: number
  readonly stated: Stated
  /** When it was first seen without its parent. */
  orphanedAt: Nanos | undefined
}

const MOST_SHOWN = 4

export const noOrphan = defineChecker({
  name: 'no-orphan',
  meaning: 'no process outlives the one that started it, or is left at the end',
  parameters: {
    within: duration({
      meaning: 'for how long a child can outlive its parent until somebody sees to it',
      default: seconds(60),
      source: '[G]',
    }),
  },
  create({ within }, violated) {
    const children = new Map<string, Child>()
    let spawned = 0

    function judge(now: Nanos): void {
      for (const [name, child] of children) {
        const { parent, epoch, crashes, stated } = child
        if (parent.host.crashes !== crashes) children.delete(name)
        else if (parent.up && parent.epoch === epoch) continue
        else if (child.orphanedAt === undefined) child.orphanedAt = now
        else if (now - child.orphanedAt > within) {
          const { orphanedAt } = child
          children.delete(name)
          violated(now, () => ({
            what: `${name} still runs ${format(now - orphanedAt, 'ns')} after ${parent.name}, which started it, has ended`,
            events: [
              stated.evidence,
              { at: orphanedAt, process: parent.name, event: 'found ended' },
              { at: now, process: name, event: 'still runs' },
            ],
          }))
        }
      }
    }
    return {
      hears: {
        spawned(at, by, fact) {
          spawned++
          const stated = new Stated(at, by, fact)
          const { epoch, host } = by
          children.set(fact.child, {
            parent: by,
            epoch,
            crashes: host.crashes,
            stated,
            orphanedAt: undefined,
          })
        },
        reaped(_at, _by, { child }) {
          children.delete(child)
        },
      },
      look: judge,
      finish(at, rest) {
        if (spawned === 0) return undefined
        judge(at)
        if (rest && children.size > 0)
          violated(at, () => ({
            what: `${counted(children.size, 'process still runs', 'processes still run')} when nothing is left to do: ${[...children.keys()].slice(0, MOST_SHOWN).join(', ')}`,
            events: [...children.values()].slice(0, MOST_SHOWN).map(({ stated }) => stated.evidence),
          }))
        const orphans = [...children.values()].filter(({ orphanedAt }) => orphanedAt !== undefined).length
        const told = `${counted(spawned, 'child', 'children')} started`
        return orphans > 0
          ? { pass: null, detail: `${told}; ${orphans} had lost their parents shortly before the end` }
          : { pass: true, detail: `${told}, ${children.size} in charge of a parent at the end` }
      },
    }
  },
})
