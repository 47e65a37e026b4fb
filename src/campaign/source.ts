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
    const text = read(path)
    texts[path] = text
    return text
  }
  const opened = await openWith(file, { ...options, read: keeping }, new LoadedModules(modules))
  return { opened, source: { ...options, file, texts, modules } }
}

/** Opens what was kept. Throws ScenarioError. */
export function openKept({ file, texts, modules, ...options }: Source): Promise<ScenarioFile> {
  const read = (path: string): string => {
    const text = texts[path]
    if (text === undefined) throw new ScenarioError(`${path} was not kept with the scenario`)
    return text
  }
  return openWith(file, { ...options, read }, new LoadedModules(modules))
}
