// What the commands share that run a scenario at many points: their options, opening it at a point, and running it there as
// `rehearsal run` does.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Attempts, attemptKey } from '../campaign/attempts.ts'
import { campaignOf } from '../campaign/campaign.ts'
import type { Threads } from '../campaign/threads.ts'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { type Attempt, attemptOf } from '../experiment/attempt.ts'
import { namesOf, unknownTo } from '../experiment/range.ts'
import { StoppedError } from '../experiment/stopped.ts'
import type { Drawing } from '../report/charts/chart.ts'
import { counted } from '../report/figures.ts'
import { safeFileName } from '../report/file-name.ts'
import { renderSvg } from '../report/svg.ts'
import { canonicalJson } from '../results/canonical.ts'
import { hash } from '../results/hash.ts'
import type { Result } from '../results/result.ts'
import { hashWithoutSeeds } from '../results/searches.ts'
import { DeterminismError } from '../run/replication.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import type { OptionValues } from './command.ts'
import { EXIT, Exit } from './exit.ts'
import { EXPERIMENT_OPTIONS, runScenario, stopAtOf, termsOf, threadsOf } from './experiment.ts'
import { refuseUnwritable, unbroken, writeWhole } from './files.ts'
import { type Opened, openForRuns, SCENARIO_OPTIONS } from './open.ts'
import type { Terminal } from './terminal.ts'
import { validate } from './validate.ts'

export const LABORATORY_OPTIONS = {
  ...SCENARIO_OPTIONS,
  jobs: EXPERIMENT_OPTIONS.jobs,
  'time-limit': EXPERIMENT_OPTIONS['time-limit'],
  resume: { type: 'flag', meaning: 'go on where an earlier one of the same was stopped' },
} as const

const ATTEMPTS = 'attempts.ndjson'

export type LaboratoryOptions = OptionValues<typeof LABORATORY_OPTIONS>

export interface LaboratoryTerms {
  readonly options: LaboratoryOptions & { readonly out: string }
  /** What is left beneath --out/NAME: `capacity.json`, `capacity.html`, `capacity.svg`. */
  readonly leaves: string
  readonly quiet: boolean
}

export class Laboratory {
  /** The scenario as it is, checked. */
  readonly file: ScenarioFile
  /** The metrics that it gives. */
  readonly metrics: ReturnType<typeof validate>
  readonly #terms: LaboratoryTerms
  readonly #threads: Threads
  readonly #stopAt: number
  readonly #folder: string
  readonly #terminal: Terminal
  readonly #attempts: Attempts
  #runs = 0
  /** What was left of an attempt is that of the first one that is run anew. */
  #anew = false
  #attempted = 0
  /** Short runs end in silence, and nobody would know of what is kept. */
  readonly #interrupted = () => {
    const { rewrite, complain } = this.#terminal
    rewrite?.('\r\u001b[K')
    complain(`interrupted after ${counted(this.#attempted, 'attempt')}; --resume goes on from there`)
    process.exit(EXIT.interrupted)
  }

  static async open(path: string, terms: LaboratoryTerms, terminal: Terminal): Promise<Laboratory> {
    const stopAt = stopAtOf(terms.options['time-limit'])
    const threads = threadsOf(terms.options.jobs)
    return new Laboratory((await openForRuns(path, terms.options)).opened, terms, terminal, threads, stopAt)
  }

  private constructor(
    file: ScenarioFile,
    terms: LaboratoryTerms,
    terminal: Terminal,
    threads: Threads,
    stopAt: number,
  ) {
    this.file = file
    this.metrics = validate(file)
    this.#terms = terms
    this.#terminal = terminal
    this.#threads = threads
    this.#stopAt = stopAt
    this.#folder = join(terms.options.out, safeFileName(file.name))
    refuseUnwritable(this.#folder)
    this.#attempts = new Attempts(this.#path(ATTEMPTS), terms.options.resume)
  }

  /** How often a seed of a variant has been run. */
  get runs(): number {
    return this.#runs
  }

  /** Throws ScenarioError where a name is nothing that could be varied. */
  refuseUnknown(name: string): void {
    if (unknownTo(this.file, name))
      throw new ScenarioError([
        {
          ...unknownName('parameter', name, namesOf(this.file)),
          ...(namesOf(this.file).length === 0
            ? { message: `unknown parameter: ${quote(name)}; the scenario has none` }
            : {}),
        },
      ])
  }

  /** The scenario with these values set, or at several points, checked; with so many of its seeds, or all. */
  async at(points: readonly (readonly string[])[], seeds = this.file.seeds.length): Promise<Opened> {
    const { options } = this.#terms
    const chosen = { ...options, seed: undefined, seeds: `${this.file.seeds.slice(0, seeds).join(',')},` }
    const opened = await openForRuns(this.file.file, chosen, points)
    validate(opened.opened)
    return opened
  }

  /** Throws what a run throws. */
  async run(opened: Opened): Promise<Result> {
    const { options, quiet } = this.#terms
    const resume = options.resume && !this.#anew
    this.#anew = true
    const terms = {
      options: { ...options, precision: [], 'most-seeds': '2' },
      checked: false,
      verify: false,
      threads: this.#threads,
      quiet,
      stopAt: this.#stopAt,
      records: this.#path('ndjson'),
      resume,
    }
    const result = await runScenario(opened, terms, this.#terminal)
    this.#runs += opened.opened.variants.length * opened.opened.seeds.length
    return result
  }

  /** Whether all that is expected holds at a point; not run again where the search that goes on here has run it. Throws what a run throws. */
  async attempt(opened: Opened): Promise<Attempt> {
    const { opened: file, source } = opened
    const key = attemptKey(campaignOf(file, source, termsOf(file, false)), file.seeds)
    const known = this.#attempts.find(key)
    if (known) {
      this.#runs += file.variants.length * file.seeds.length
      return known
    }
    if (this.#attempts.size > 0 && this.#runs === 0)
      this.#terminal.complain(
        `${quote(this.#path(ATTEMPTS), 200)} has attempts at other values, of another scenario or of another build; what was not tried is run`,
      )
    const attempt = attemptOf(file, (await this.run(opened)).variants)
    this.#attempts.add(key, attempt)
    if (this.#attempted++ === 0) process.on('SIGINT', this.#interrupted)
    return attempt
  }

  /** What a file begins with that tells of this scenario. */
  get heading() {
    const { name, title, resolved } = this.file
    return { scenario: { name, title, hash: hash(resolved), hashWithoutSeeds: hashWithoutSeeds(resolved) } }
  }

  /** Leaves what was found as JSON, as a page and as a chart; the files' names. */
  async leave(found: object, page: string, drawing: Drawing | undefined): Promise<readonly string[]> {
    const svg = drawing && (await renderSvg(drawing)).svg
    const files = [
      ['json', canonicalJson(found)] as const,
      ['html', page] as const,
      ...(svg === undefined ? [] : [['svg', svg] as const]),
    ].map(([ending, text]) => [this.#path(ending), text] as const)
    await unbroken(() => {
      for (const [path, text] of files) writeWhole(path, text)
    })
    // Nothing is left to go on from.
    for (const kept of ['ndjson', ATTEMPTS]) rmSync(this.#path(kept), { force: true })
    return files.map(([path]) => path)
  }

  /** What ended it before its end, in words; other errors as they are. `soFar` is what is known. */
  stopped(error: unknown, soFar: string): unknown {
    const text = (what: string): string => `${this.file.name}: ${what}\n  ${soFar}`
    if (error instanceof StoppedError) return new Exit(EXIT.limit, text((error as Error).message))
    if (error instanceof DeterminismError)
      return new Exit(EXIT.determinism, text(`determinism violated: ${(error as Error).message}`))
    return error
  }

  close(): Promise<void> {
    this.#attempts.close()
    process.off('SIGINT', this.#interrupted)
    return this.#threads.close()
  }

  #path(ending: string): string {
    return join(this.#folder, `${this.#terms.leaves}.${ending}`)
  }
}
