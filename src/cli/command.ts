// What a command is: what it takes, and what it does with it. The help, the checks of what was typed and the values' types
// all follow from one declaration.

import type { Terminal } from './terminal.ts'

export type Option =
  /** Given or not; `--no-name` where the default is true. */
  | { readonly type: 'flag'; readonly meaning: string; readonly default?: true }
  /** One value, at most once. */
  | { readonly type: 'text'; readonly meaning: string; readonly value: string; readonly default?: string }
  /** One value each time it is given; with `commas`, several with commas between. */
  | {
      readonly type: 'texts'
      readonly meaning: string
      readonly value: string
      readonly choices?: readonly string[]
      readonly commas?: true
    }

export type Options = Readonly<Record<string, Option>>

export type OptionValues<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { type: 'flag' }
    ? boolean
    : O[K] extends { type: 'texts' }
      ? readonly string[]
      : O[K] extends { default: string }
        ? string
        : string | undefined
}

/** What stands without a name, in its place. */
export interface Word {
  readonly name: string
  readonly meaning: string
  readonly required?: true
  /** One or more; the last word only. */
  readonly many?: true
}

export interface Command<O extends Options = Options> {
  readonly words: readonly Word[]
  readonly options: O
  /** Command lines, without the program's name, and what each does. */
  readonly examples?: readonly (readonly [line: string, meaning: string])[]
  readonly epilogue?: string
  /** The exit code. Throws ScenarioError for what the user mistook, Exit for other ends. */
  run(
    given: { readonly words: readonly string[]; readonly options: OptionValues<O> },
    terminal: Terminal,
  ): number | Promise<number>
}

/** Keeps the types of the options. */
export const defineCommand = <const O extends Options>(command: Command<O>): Command<O> => command
