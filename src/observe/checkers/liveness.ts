// Liveness: whatever is due comes to pass within a time that the scenario states. Safety says that nothing wrong is done,
// which a system that does nothing obeys; this says that something is done.
// Due is, as long as somebody waits for it: the answer to what was asked, tasks of a queue, decisions of a group. Other
// progress is due once after each fault. While a fault is on, nothing is due; the time begins anew when the last one is over.

import { duration, list, text } from '../../parameters.ts'
import { format, formatNumber, type Nanos } from '../../units.ts'
import { defineChecker, type Speaker } from './checker.ts'
import { Course } from './course.ts'
import { counted } from './verdicts.ts'
import { entryOf } from './window.ts'

/** What makes progress is followed up to so many names. */
const MOST_COURSES = 1000
const MOST_SHOWN = 4

export const liveness = defineChecker({
  name: 'liveness',
  meaning: 'what is due comes to pass within a time, counted from the end of the last fault',
  asked: true,
  parameters: {
    within: duration({ meaning: 'for how long progress that is due may be wanting', min: 1 }),
    of: list(text({ meaning: 'a queue, a group, `requests`, or what `progress` is stated of' }), {
      meaning:
        'what must make progress, and is due from the beginning; none: all of which something is stated',
      default: [],
    }),
  },
  create({ within, of }, violated) {
    const courses = new Map<string, Course>(of.map((name) => [name, new Course(name)]))
    for (const course of courses.values()) course.due(0)
    const only = of.length > 0
    /** Queue → tasks submitted and not done. */
    const tasks = new Map<string, Set<string>>()
    /** Group → the highest instance that was proposed, if it is not decided. */
    const proposed = new Map<string, number>()
    let faults = 0
    let healedAt: Nanos = -1
    /** Something else makes progress that is not followed. */
    let more = false

    function courseOf(name: string): Course | undefined {
      const known = courses.get(name)
      if (known || only) return known
      if (courses.size === MOST_COURSES) {
        more = true
        return undefined
      }
      const course = new Course(name)
      courses.set(name, course)
      return course
    }

    function judge(at: Nanos, course: Course): void {
      if (faults > 0 || !course.open) return
      const since = Math.max(course.dueSince, healedAt)
      if (at - since <= within) return
      course.tell()
      violated(since + within, () => ({
        what: `no progress of ${course.name} in ${format(within, 'ns')}, ${reason(course, since)}`,
        events: [
          ...course.evidence,
          ...(healedAt >= 0
            ? [{ at: healedAt, process: '(faults)', event: 'the last fault was over, or there to stay' }]
            : []),
        ].sort((a, b) => a.at - b.at),
      }))
    }
    const reason = ({ waiting }: Course, since: Nanos): string =>
      [
        waiting > 0 ? `while ${counted(waiting, 'waits', 'wait')} for it` : '',
        since === healedAt ? 'since the last fault' : '',
      ]
        .filter(Boolean)
        .join(', ') || 'since the beginning'

    function waits(at: Nanos, by: Speaker, name: string): void {
      const course = courseOf(name)
      if (!course) return
      judge(at, course)
      course.wait(at, by)
    }
    function leaves(at: Nanos, by: Speaker, name: string, progress: boolean): void {
      const course = courseOf(name)
      if (!course) return
      judge(at, course)
      course.leave(at, by, progress)
    }
    const judgeAll = (at: Nanos): void => {
      for (const course of courses.values()) judge(at, course)
    }
    return {
      hears: {
        asked: (at, by, { of }) => waits(at, by, of),
        answered: (at, by, { of, ok }) => leaves(at, by, of, ok),
        submitted(at, by, { queue, task }) {
          if (!courseOf(queue)) return
          const open = entryOf(tasks, queue, () => new Set<string>())
          if (open.has(task)) return
          open.add(task)
          waits(at, by, queue)
        },
        done(at, by, { queue, task }) {
          if (tasks.get(queue)?.delete(task)) leaves(at, by, queue, true)
        },
        dropped(at, by, { queue, task }) {
          if (tasks.get(queue)?.delete(task)) leaves(at, by, queue, false)
        },
        proposed(at, by, { group, instance }) {
          if (!courseOf(group)) return
          const highest = proposed.get(group)
          if (highest === undefined) waits(at, by, group)
          if (highest === undefined || highest < instance) proposed.set(group, instance)
        },
        decided(at, by, { group, instance }) {
          const highest = proposed.get(group)
          if (highest !== undefined && highest <= instance) {
            proposed.delete(group)
            leaves(at, by, group, true)
          } else courseOf(group)?.progress(at, by)
        },
        progress(at, by, { of }) {
          const course = courseOf(of)
          if (!course) return
          judge(at, course)
          course.progress(at, by)
        },
      },
      look: judgeAll,
      faultBegan(at) {
        judgeAll(at)
        faults++
      },
      faultEnded(at) {
        if (--faults > 0) return
        healedAt = at
        for (const course of courses.values()) if (!course.awaited) course.due(at)
      },
      finish(at) {
        judgeAll(at)
        const all = [...courses.values()]
        if (all.length === 0) return { pass: null, detail: 'nothing was stated that could be due' }
        const made = all.reduce((sum, course) => sum + course.made, 0)
        const names = all.map(({ name }) => name)
        const others = names.length > MOST_SHOWN || more ? ' and others' : ''
        const limits = more ? `; only the first ${formatNumber(MOST_COURSES)} are followed` : ''
        const told = `progress ${counted(made, 'time')}, of ${names.slice(0, MOST_SHOWN).join(', ')}${others}${limits}`
        const open = all.find((course) => course.open && (faults > 0 || !course.progressedSince(healedAt)))
        if (!open) return { pass: true, detail: told }
        return {
          pass: null,
          detail: `${told}; ${open.name} was due when the run ended, ${faults > 0 ? 'during a fault' : `since ${format(at - Math.max(open.dueSince, healedAt), 'ns')}`}`,
        }
      },
    }
  },
})
