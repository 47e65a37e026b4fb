// The two sides of an explanation: opened from scenarios, or from what results say of theirs, as plain data of one variant each.

import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { openKeeping } from '../campaign/source.ts'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { type Data, singleVariant } from '../explain/configuration.ts'
import { readResult } from '../results/read.ts'
import type { Result } from '../results/result.ts'
import type { ScenarioFile, ScenarioVariant } from '../scenario/scenario.ts'
import { openScenario, readScenarioText, type ScenarioOptions, variantOf } from './open.ts'
import { validate } from './validate.ts'

/** What is typed beside the two words. */
export interface SideOptions extends ScenarioOptions {
  readonly a: string | undefined
}

interface SidesOptions extends SideOptions {
  readonly 'set-b': readonly string[]
  readonly b: string | undefined
}

/** One side before it is run. */
export interface OpenedSide {
  readonly name: string
  readonly title: string
  /** Relative to whose folder its paths are. */
  readonly file: string
  readonly data: Data
  readonly seeds: readonly string[]
  /** The metrics that its runs give. */
  readonly metrics: readonly string[]
  /** The metrics that it expects something of. */
  readonly expects: readonly string[]
  /** A result that was given, for its fingerprints. */
  readonly result: { readonly path: string; readonly variant: Result['variants'][number] } | undefined
}

/** Both sides of what was typed; B as seen from A. Throws ScenarioError. */
export async function sidesOf(
  a: string,
  b: string | undefined,
  options: SidesOptions,
): Promise<readonly [OpenedSide, OpenedSide]> {
  const { 'set-b': sets } = options
  if (b === undefined && sets.length === 0 && (options.a === undefined || options.b === undefined))
    throw new ScenarioError([
      {
        message: 'B is missing: expected a second file, --set-b PATH=VALUE, or two variants by --a and --b',
        hint: `such as rehearsal explain ${quote(a, 200)} --set-b services.redis.service=2ms`,
      },
    ])
  const left = await openSide(a, options.a, options)
  const withB = {
    ...options,
    set: [...options.set, ...sets],
    seed: undefined,
    seeds: `${left.seeds.join(',')},`,
  }
  const right = await openSide(b ?? a, options.b ?? (b === undefined ? options.a : undefined), withB)
  return [left, { ...right, data: rebased(right, left) }]
}

/** A result does not say where its scenario stood: its paths are seen from the working directory. */
const OF_RESULTS = 'scenario.yaml'

export async function openSide(
  path: string,
  variant: string | undefined,
  options: SideOptions,
): Promise<OpenedSide> {
  const result = /\.ya?ml$/.test(path) ? undefined : readResult(path)
  const file = result
    ? await openData(
        OF_RESULTS,
        result.scenario.resolved as Data,
        options,
        seedsAsked(options) ?? result.variants[0]!.seeds,
      )
    : await openScenario(path, options)
  const metrics = Object.keys(validate(file))
  const chosen = chosenVariant(file, path, variant)
  refuseOverruled(options.set, chosen)
  // With other values, or another plan of faults, it is a scenario of which nothing was recorded.
  const asRecorded = options.set.length === 0 && options.faults === undefined
  const recorded = asRecorded ? result?.variants.find(({ name }) => name === chosen.name) : undefined
  const { name, title } = file
  return {
    name,
    title: [path, ...(file.variants.length > 1 ? [chosen.name] : []), ...options.set].join(', '),
    file: result ? OF_RESULTS : path,
    data: {
      name,
      title,
      ...singleVariant(file.resolved, chosen.parameters, Object.keys(chosen.scenario.parameters)),
    },
    seeds: file.seeds,
    metrics,
    expects: chosen.scenario.expect.map(({ metric }) => metric),
    result: recorded && { path, variant: recorded },
  }
}

function chosenVariant(file: ScenarioFile, path: string, name: string | undefined): ScenarioVariant {
  if (name !== undefined || file.variants.length === 1) return variantOf(file, name)
  throw new ScenarioError([
    {
      message: `${quote(path, 200)} has ${file.variants.length} variants, and none is named; expected --a VARIANT or --b VARIANT, or --variant VARIANT with --base`,
      hint: `such as --a ${quote(JSON.stringify(file.variants[0]!.name), 200)}`,
    },
  ])
}

/** What is set must have an effect: the variant's own values go before it. */
function refuseOverruled(sets: readonly string[], { name, parameters }: ScenarioVariant): void {
  for (const set of sets) {
    const path = set.slice(0, set.indexOf('='))
    const axis = path.replace(/^parameters\./, '')
    if (!Object.hasOwn(parameters, axis)) continue
    throw new ScenarioError([
      {
        message: `${quote(set, 200)} has no effect: the matrix sets ${quote(axis)}, in ${quote(name, 200)} to ${quote(String(parameters[axis]))}`,
        hint: 'expected another variant, by --a and --b, or --variant with --base',
      },
    ])
  }
}

/** Seeds that are asked for instead of a result's own; what they may be is checked with the scenario. */
function seedsAsked({ seed, seeds }: SideOptions): number | readonly string[] | undefined {
  if (seed !== undefined) return [seed]
  if (seeds === undefined) return undefined
  return /^\d+$/.test(seeds) ? Number(seeds) : seeds.replace(/,$/, '').split(',')
}

/** Opens plain data as if it stood in the file. Throws ScenarioError. */
export async function openData(
  file: string,
  data: Data,
  options: Pick<ScenarioOptions, 'set' | 'allow-modules'> & { readonly faults?: string | undefined },
  seeds: number | readonly string[],
): Promise<ScenarioFile> {
  const read = (path: string): string => (path === file ? JSON.stringify(data) : readScenarioText(path))
  const { faults, set: sets, 'allow-modules': modules } = options
  const terms = { sets, seeds, modules, ...(faults === undefined ? {} : { faults }) }
  return (await openKeeping(file, terms, read)).opened
}

/** What B says, with its paths as seen from A. */
function rebased(b: OpenedSide, a: OpenedSide): Data {
  const [from, to] = [dirname(b.file), dirname(a.file)]
  const { workload, coordinators } = b.data as { workload?: Data; coordinators?: Record<string, Data> }
  if (resolve(from) === resolve(to)) return b.data
  const seen = (path: unknown): unknown =>
    typeof path !== 'string' || isAbsolute(path) ? path : `./${relative(to, join(from, path))}`
  return {
    ...b.data,
    ...(workload?.trace === undefined ? {} : { workload: { ...workload, trace: seen(workload.trace) } }),
    ...(coordinators === undefined
      ? {}
      : {
          coordinators: Object.fromEntries(
            Object.entries(coordinators).map(([name, part]) => [
              name,
              part?.module === undefined ? part : { ...part, module: seen(part.module) },
            ]),
          ),
        }),
  }
}

/** The metric that is asked about: the mean latency, if nobody says which; without requests, the first that A expects something of. */
export function metricAsked(sides: readonly OpenedSide[], asked: string | undefined): string {
  const known = [...new Set(sides.flatMap(({ metrics }) => metrics))]
  if (asked === undefined) {
    const metric = known.includes('latency.mean') ? 'latency.mean' : sides[0]!.expects[0]
    if (metric !== undefined) return metric
    throw new ScenarioError([
      { message: 'missing --metric: nobody asks anything of this scenario, so it has no latency' },
    ])
  }
  if (!known.includes(asked)) throw new ScenarioError([unknownName('metric', asked, known)])
  return asked
}
