// Loads a user's module, TypeScript or JavaScript, and picks the coordinator that it exports. `rehearsal` in its imports is this very
// program, so that its classes are the same on both sides; its relative imports and its own packages are found from where it lies.
// jiti strips the types and keeps lines, generators and classes as they are written. A module is loaded once a process: a second
// run sees what the first left in its variables, which is how state that outlives a run shows.

import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { createJiti } from 'jiti'
import * as coordination from '../coordination/index.ts'
import type { CoordinatorDefinition } from '../env/index.ts'
import { type Mistake, quote, unknownName } from '../errors.ts'
import * as rehearsal from '../index.ts'
import type { ModuleName } from '../scenario/scenario.ts'
import { flawsOf, looksLikeCoordinator } from './definition.ts'
import { flawed, unloadable } from './mistakes.ts'

/** What a module is, or what is wrong: with naming it, or within it. */
export type Loaded =
  | { readonly definition: CoordinatorDefinition }
  | { readonly problem: { readonly message: string; readonly hint?: string | undefined } }
  | { readonly mistakes: readonly Mistake[] }

export interface LoaderTerms {
  /** Names that its parameters cannot have. */
  readonly reserved: ReadonlySet<string>
  /** Names of coordinators that are ours. */
  readonly taken: ReadonlySet<string>
}

export class ModuleLoader {
  readonly #terms: LoaderTerms
  #jiti: ReturnType<typeof createJiti> | undefined

  constructor(terms: LoaderTerms) {
    this.#terms = terms
  }

  async load(name: ModuleName): Promise<Loaded> {
    const missing = whyMissing(name.file)
    if (missing) return { problem: { message: `cannot read ${quote(name.file, 200)}: ${missing}` } }
    const path = resolve(name.file)
    let exported: Readonly<Record<string, unknown>>
    try {
      this.#jiti ??= await newJiti()
      exported = (await this.#jiti.import(path)) as Readonly<Record<string, unknown>>
    } catch (error) {
      return { mistakes: [unloadable(path, error)] }
    }
    const picked = pick(exported, name)
    if ('problem' in picked) return picked
    const flaws = looksLikeCoordinator(picked.value)
      ? flawsOf(picked.value, this.#terms.reserved)
      : [{ message: `${picked.what} is no coordinator; expected what defineCoordinator(…) returns` }]
    if (flaws.length > 0) return { mistakes: flaws.map((flaw) => flawed(path, flaw)) }
    const definition = picked.value as CoordinatorDefinition
    if (!this.#terms.taken.has(definition.name)) return { definition }
    const message = `a coordinator of Rehearsal’s own is called ${definition.name} already; expected another name`
    return { mistakes: [flawed(path, { message, near: 'name' })] }
  }
}

async function newJiti(): Promise<ReturnType<typeof createJiti>> {
  const { createJiti } = await import('jiti')
  return createJiti(import.meta.url, {
    fsCache: false,
    interopDefault: false,
    tryNative: false,
    virtualModules: { rehearsal, 'rehearsal/coordination': coordination },
  })
}

function whyMissing(file: string): string | undefined {
  try {
    return statSync(file).isFile() ? undefined : 'it is no file'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? 'no such file' : (code ?? String(error))
  }
}

type Picked = { readonly value: unknown; readonly what: string } | Extract<Loaded, { problem: unknown }>

/** The export that is named; or the default one; or the only coordinator among them. */
function pick(exported: Readonly<Record<string, unknown>>, { file, export: name }: ModuleName): Picked {
  const shown = quote(file, 200)
  const names = Object.keys(exported)
  if (name !== undefined) {
    if (Object.hasOwn(exported, name)) return { value: exported[name], what: `the export ${quote(name)}` }
    const { message, hint } = unknownName(`export of ${shown}`, name, names.length > 0 ? names : ['none'])
    return { problem: { message, hint } }
  }
  if (exported.default !== undefined) return { value: exported.default, what: 'the default export' }
  const found = names.filter((each) => looksLikeCoordinator(exported[each]))
  if (found.length === 1) return { value: exported[found[0]!], what: `the export ${found[0]}` }
  return found.length > 1
    ? {
        problem: {
          message: `${shown} exports several coordinators: ${found.join(', ')}; expected one of them to be named`,
          hint: `export: ${found[0]}`,
        },
      }
    : {
        value: undefined,
        what:
          names.length === 0
            ? 'what it exports, nothing at all,'
            : `none of what it exports (${names.join(', ')})`,
      }
}
