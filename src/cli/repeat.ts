// The command line that does again what was done, as a shell takes it.

import type { Options } from './command.ts'

/** Options that change where it goes or how fast it is, and not what is found. */
const ASIDE = ['out', 'json', 'jobs', 'time-limit', 'resume', 'quiet']

type Given = string | boolean | readonly string[] | undefined

/** @param path of the scenario, as it was typed; what was left at its default stays out */
export function repeatLine(
  command: string,
  path: string,
  given: Readonly<Record<string, Given>>,
  options: Options,
): string {
  const words = Object.entries(given).flatMap(([name, value]) => {
    if (ASIDE.includes(name) || value === undefined || value === false) return []
    if (value === (options[name] as { readonly default?: unknown }).default) return []
    if (value === true) return [`--${name}`]
    return [value].flat().flatMap((each) => [`--${name}`, shellWord(each)])
  })
  return ['rehearsal', command, shellWord(path), ...words].join(' ')
}

/** In quotes where a shell would take it for something else. */
const shellWord = (text: string): string =>
  /^[\w./:=,%@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
