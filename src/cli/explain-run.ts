// Sides of an explanation run by this build: plain data in, what its runs did out. On one core: what a run tells of its requests is many
// times its record, and would have to be passed between threads.

import { openEventLoop } from '../campaign/event-loop.ts'
import { ScenarioError } from '../errors.ts'
import { refuseStopped, StoppedError } from '../experiment/stopped.ts'
import type { Laboratory } from '../explain/attribution.ts'
import { type Data, decisive } from '../explain/configuration.ts'
import type { SeenEvent } from '../explain/event-log.ts'
import type { Explained } from '../explain/explanation.ts'
import { eventsOf, metricOf, runSide, type SideTerms } from '../explain/side.ts'
import { foreignFailure } from '../modules/failure.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { openData } from './explain-sides.ts'
import { validate } from './validate.ts'

/** A scenario between two sides is given up after so many times the events of the longer one: it may never come to its end. */
const PATIENCE = 20

export const patienceWith = (sides: readonly Explained[]): number =>
  PATIENCE * Math.max(...sides.flatMap(({ side }) => side.records.map(({ events }) => events)))

export interface HereTerms {
  readonly name: string
  /** Relative to whose folder the paths of the data are. */
  readonly file: string
  readonly seeds: readonly string[]
  readonly 'allow-modules': boolean
  /** Milliseconds of `performance.now()`. */
  readonly stopAt: number
  /** A scenario is about to run. */
  readonly next: () => void
}

export interface Here {
  /** Runs it with all seeds; watched: what an explanation needs, not its figures alone. Throws StoppedError where a run takes more than `events`. */
  run(data: Data, watched: boolean, events?: number): Promise<Explained>
  /** The events of the first seed from one to before another. */
  events(data: Data, from: number, until: number): Promise<readonly SeenEvent[]>
  /** @param events a run that takes more of them has no figure */
  laboratory(metric: string, events: number): Laboratory
  close(): void
}

export function openHere({ name, file, seeds, stopAt, next, ...more }: HereTerms): Here {
  const loop = openEventLoop()
  const interrupted = () => performance.now() > stopAt
  const options = { set: [], 'allow-modules': more['allow-modules'] }
  const open = (data: Data) => openData(file, { name, ...decisive(data) }, options, seeds)
  const ready = async (data: Data) => {
    const opened = await open(data)
    const { modules } = opened
    const terms: SideTerms = {
      checked: false,
      openTrace: openTraceFile,
      modules,
      idle: loop.idle,
      interrupted,
    }
    const { scenario } = opened.variants[0]!
    const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
      try {
        return await work()
      } catch (error) {
        throw foreignFailure(error, opened)
      }
    }
    return { scenario, terms, guarded }
  }
  const events: Here['events'] = async (data, from, until) => {
    const { scenario, terms, guarded } = await ready(data)
    return guarded(() => eventsOf(scenario, seeds[0]!, terms, from, until))
  }
  const run: Here['run'] = async (data, watched, most = Number.POSITIVE_INFINITY) => {
    const { scenario, terms, guarded } = await ready(data)
    const { measure } = scenario
    const bounded = { ...scenario, measure: { ...measure, events: Math.min(measure.events, most) } }
    next()
    const side = await guarded(() => runSide(bounded, seeds, terms, watched))
    for (const record of side.records) refuseStopped(record, name)
    return { data, side, events: (from, until) => events(data, from, until) }
  }
  return {
    run,
    events,
    laboratory: (metric, events) => ({
      late: interrupted,
      valid: async (data) => {
        try {
          validate(await open(data))
          return true
        } catch (error) {
          if (error instanceof ScenarioError) return false
          throw error
        }
      },
      figure: async (data) => {
        try {
          return metricOf((await run(data, false, events)).side, metric)
        } catch (error) {
          // Between the two sides there may be one that never comes to its end, or not in time.
          if (error instanceof StoppedError) return null
          throw error
        }
      },
    }),
    close: () => loop.close(),
  }
}
