// A scenario with everything that was read for it, as plain data: another thread, another process or another machine opens the
// same scenario from it. What it names beyond (traces, modules) is read where it is run.

import { ScenarioError } from '../errors.ts'
import { LoadedModules } from '../modules/modules.ts'
import type { LoadOptions } from '../scenario/load.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { openWith } from './open.ts'

export interface Source {
  readonly file: string
  /** Path → text, of the scenario, what it extends, its cost table and plan of faults. */
  readonly texts: Readonly<Record<string, string>>
  readonly sets: readonly string[]
  readonly seeds?: number | readonly string[]
  readonly faults?: string
  /** Whether modules may be loaded. */
  readonly modules: boolean
  /** The scenario as it is at several points, each with these values set besides: the variants of all of them, in their order. */
  readonly points?: readonly (readonly string[])[]
}

export type SourceOptions = Omit<Source, 'file' | 'texts'>

/** Opens a scenario and keeps what was read. Throws ScenarioError. */
export async function openKeeping(
  file: string,
  { modules, ...options }: SourceOptions,
  read: LoadOptions['read'],
): Promise<{ readonly opened: ScenarioFile; readonly source: Source }> {
  const texts: Record<string, string> = {}
  const keeping = (path: string): string => {
    texts[path] ??= read(path)
    return texts[path]
  }
  const source = { ...options, file, texts, modules }
  return { opened: await openPoints(source, keeping), source }
}

/** Opens what was kept. Throws ScenarioError. */
export function openKept(source: Source): Promise<ScenarioFile> {
  return openPoints(source, (path) => {
    const text = source.texts[path]
    if (text === undefined) throw new ScenarioError(`${path} was not kept with the scenario`)
    return text
  })
}

/** The scenario; of several points their variants, one after the other, in what is otherwise the first of them. */
async function openPoints(
  { file, points = [[]], sets, modules, texts: _, ...options }: Source,
  read: LoadOptions['read'],
): Promise<ScenarioFile> {
  const loaded = new LoadedModules(modules)
  const opened: ScenarioFile[] = []
  for (const point of points)
    opened.push(await openWith(file, { ...options, sets: [...sets, ...point], read }, loaded))
  const [first] = opened
  return opened.length === 1
    ? first!
    : { ...first!, axes: [], variants: opened.flatMap((each) => each.variants) }
}
