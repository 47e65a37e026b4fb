// `rehearsal sensitivity`: what a metric of a scenario hangs on.

import { nearest, quote, ScenarioError, unknownName } from '../errors.ts'
import { parseRange, type Range, settingOf, variantSettings } from '../experiment/range.ts'
import {
  type Effect,
  METHODS,
  type Method,
  POINTS,
  type Screening,
  type Setting,
  screening,
  sizeOf,
} from '../experiment/sensitivity.ts'
import { tornado } from '../report/charts/tornado.ts'
import { counted } from '../report/figures.ts'
import { renderSensitivityPage } from '../report/html/sensitivity.ts'
import { renderSensitivity } from '../report/terminal/sensitivity.ts'
import { canonicalJson } from '../results/canonical.ts'
import type { Variant } from '../results/result.ts'
import { written } from '../results/searches.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT, Exit } from './exit.ts'
import { LABORATORY_OPTIONS, Laboratory } from './laboratory.ts'
import { type Opened, variantOf } from './open.ts'
import { repeatLine } from './repeat.ts'

const OPTIONS = {
  metric: { type: 'text', value: 'METRIC', meaning: 'the figure in question, such as latency.p95' },
  vary: {
    type: 'texts',
    value: 'NAME=LOW..HIGH',
    meaning:
      'a parameter, an axis of the matrix or a path, and over which range; whole values where both ends are. Given once for each',
  },
  method: {
    type: 'text',
    value: 'METHOD',
    meaning: `${METHODS.join(', ')}: each by itself; from random points, which shows interactions; shares of the variance`,
    default: 'one-at-a-time',
  },
  points: {
    type: 'text',
    value: 'COUNT',
    meaning: `values of each range (${POINTS['one-at-a-time']}), trajectories (${POINTS.morris}) or points of the sample (${POINTS.sobol})`,
  },
  variant: { type: 'text', value: 'VARIANT', meaning: 'which one of a matrix; left out: the only one' },
  ...LABORATORY_OPTIONS,
  out: {
    type: 'text',
    value: 'FOLDER',
    meaning: 'where it goes: FOLDER/NAME/sensitivity.json, sensitivity.html and sensitivity.svg',
    default: 'reports',
  },
  json: { type: 'flag', meaning: 'print what was found as JSON' },
} as const

type SensitivityOptions = OptionValues<typeof OPTIONS>

interface Asked {
  readonly metric: string
  readonly method: Method
  readonly points: number
  readonly ranges: readonly Range[]
}

export const sensitivity = defineCommand({
  words: [{ name: 'scenario', meaning: 'a scenario file (YAML)', required: true }],
  options: OPTIONS,
  examples: [
    [
      'sensitivity fleet.yaml --metric latency.p95 --vary slots=1..8 --vary rate=1..5',
      'each by itself, the other as it is',
    ],
    ['sensitivity fleet.yaml --metric latency.p95 --vary … --method sobol', 'shares of the variance'],
  ],
  epilogue:
    'Every point is run with the same seeds, so that what differs is the inputs’ doing.\nEnds in 0 where all is found, 3 where the metric is absent somewhere, 5 at the time limit.',
  async run({ words: [path], options }, terminal) {
    const asked = askedOf(options)
    const { metric, method, ranges } = asked
    const terms = { options, leaves: 'sensitivity', quiet: false }
    const laboratory = await Laboratory.open(path!, terms, terminal)
    try {
      const { unit } = definitionOf(laboratory, metric)
      for (const { name } of ranges) laboratory.refuseUnknown(name)
      const base = baseOf(laboratory, options)
      const design = screening(method, ranges, asked.points)
      const settings = design.settings.map((setting) => [...base, ...setsOf(laboratory, ranges, setting)])
      const opened = withoutExpectations(await laboratory.at(settings))
      const announced = `${counted(design.settings.length, 'point')} with ${counted(laboratory.file.seeds.length, 'seed')} each: ${counted(design.settings.length * laboratory.file.seeds.length, 'run')}`
      if (options.json) terminal.complain(announced)
      else terminal.print(announced)
      const { variants } = await laboratory.run(opened)
      const found = foundOf(design, asked, variants)
      const shown = { title: laboratory.file.title, name: laboratory.file.name, metric, unit, method }
      const json = {
        schema: 'rehearsal/sensitivity/1' as const,
        ...laboratory.heading,
        repeat: repeatLine('sensitivity', path!, options, OPTIONS),
        metric,
        unit,
        method,
        points: asked.points,
        seeds: laboratory.file.seeds,
        runs: laboratory.runs,
        varied: ranges.map(({ name }) => name),
        settings: design.settings.map((setting, i) => ({
          values: setting,
          figure: variants[i]!.metrics[metric]?.value ?? null,
        })),
        ...found,
      }
      const left = await laboratory.leave(json, await renderSensitivityPage(json), tornado(found, shown))
      if (options.json) terminal.write(canonicalJson(json))
      else {
        terminal.print(renderSensitivity(found, { ...shown, runs: laboratory.runs }, terminal))
        for (const each of left) terminal.print(`wrote ${each}`)
      }
      const absent = found.base === null || found.inputs.some(({ effect }) => sizeOf(effect) === -1)
      return absent ? EXIT.inconclusive : EXIT.pass
    } catch (error) {
      throw laboratory.stopped(error, '--resume goes on from there')
    } finally {
      await laboratory.close()
    }
  },
})

interface FoundInput extends Omit<Range, 'whole'> {
  /** The ends as written. */
  readonly ends: readonly [low: string, high: string]
  readonly effect: Effect
}

interface Found {
  /** The metric with the scenario as it is. */
  readonly base: number | null
  /** Most effect first. */
  readonly inputs: readonly FoundInput[]
}

function foundOf(design: Screening, { metric, method, ranges }: Asked, variants: readonly Variant[]): Found {
  const figures = variants.map(({ metrics }) => {
    const own = metrics[metric]
    return { value: own?.value ?? null, samples: own?.samples ?? [] }
  })
  if (method !== 'one-at-a-time')
    refuseAbsent(
      design,
      { metric, ranges },
      figures.map(({ value }) => value),
    )
  const effects = design.effects(figures)
  if (effects === null)
    throw new Exit(EXIT.inconclusive, `${metric} is the same everywhere: it hangs on none of them`)
  const inputs = effects.map((effect, i) => {
    const { name, low, high, unit } = ranges[i]!
    const ends = [written(ranges[i]!, low), written(ranges[i]!, high)] as const
    return { name, low, high, unit, ends, effect }
  })
  return {
    base: figures[0]!.value,
    inputs: inputs.toSorted((a, b) => sizeOf(b.effect) - sizeOf(a.effect)),
  }
}

/** These take a figure everywhere. */
function refuseAbsent(
  { settings }: Screening,
  { metric, ranges }: Pick<Asked, 'metric' | 'ranges'>,
  values: readonly (number | null)[],
): void {
  const absent = settings.filter((_, i) => i > 0 && values[i] === null)
  if (absent.length === 0) return
  const first = ranges.map((range, i) => `${range.name}=${written(range, absent[0]![i]!)}`).join(' ')
  throw new Exit(
    EXIT.inconclusive,
    `${metric} is absent at ${absent.length} of ${counted(settings.length - 1, 'point')}, such as ${first}\n  vary over narrower ranges, or measure for longer`,
  )
}

/** What a point sets besides: nothing for what is as the scenario has it. */
const setsOf = ({ file }: Laboratory, ranges: readonly Range[], setting: Setting): readonly string[] =>
  ranges.flatMap((range, i) => {
    const value = setting[i]!
    return value === null ? [] : [settingOf(file, range.name, written(range, value))]
  })

/** What leaves one variant of the matrix, all the others being gone. */
function baseOf({ file }: Laboratory, { variant }: SensitivityOptions): readonly string[] {
  if (variant === undefined && file.variants.length > 1)
    throw new ScenarioError([
      {
        message: `the scenario has ${file.variants.length} variants, and none is named; expected --variant VARIANT`,
        hint: `such as --variant ${quote(JSON.stringify(file.variants[0]!.name))}`,
      },
    ])
  return variantSettings(file, variantOf(file, variant).parameters)
}

/** What it expects of itself need not hold elsewhere, nor its laws have a closed form there. */
const withoutExpectations = ({ opened, source }: Opened): Opened => ({
  source,
  opened: {
    ...opened,
    variants: opened.variants.map((variant) => ({
      ...variant,
      scenario: { ...variant.scenario, expect: [], claims: [] },
    })),
  },
})

function definitionOf({ metrics }: Laboratory, metric: string) {
  const definition = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined
  if (definition) return definition
  const near = nearest(metric, Object.keys(metrics))
  throw new ScenarioError([
    {
      message: `unknown metric: ${quote(metric)}; no part of this scenario gives it`,
      hint: near === undefined ? 'rehearsal plan SCENARIO lists them' : `did you mean "${near}"?`,
    },
  ])
}

function askedOf({ metric, vary, method, points }: SensitivityOptions): Asked {
  if (metric === undefined)
    throw new ScenarioError([
      { message: 'missing --metric: the figure in question', hint: 'such as --metric latency.p95' },
    ])
  if (vary.length === 0)
    throw new ScenarioError([
      { message: 'missing --vary: what is varied, and how far', hint: 'such as --vary workers=1..54' },
    ])
  const ranges = vary.map((text) => parseRange(text, '--vary'))
  const twice = ranges.find(({ name }, i) => ranges.findIndex((range) => range.name === name) < i)
  if (twice)
    throw new ScenarioError(`--vary ${quote(twice.name)} is given twice; expected one range for each`)
  const known = METHODS.find((each) => each === method)
  if (!known) throw new ScenarioError([unknownName('--method', method, METHODS)])
  const count = points === undefined ? POINTS[known] : Number(points)
  if (!Number.isSafeInteger(count) || count < 2 || count > 100_000 || (points && !/^\d+$/.test(points)))
    throw new ScenarioError(`invalid --points: ${quote(points)}; expected a whole number from 2 to 100,000`)
  return { metric, method: known, points: count, ranges }
}
