// The report as commands of GitHub's workflows, which become annotations at the lines of the scenarios. Source:
// docs.github.com, "Workflow commands for GitHub Actions"; of each kind a step shows ten, so ten are made and the last says how many more.

import type { Place } from '../../errors.ts'
import type { ScenarioVerdict, Verdict } from '../../gate/verdict.ts'
import type { Reporter } from './reporter.ts'
import {
  checkSentence,
  claimSentence,
  quietChanges,
  sentenceOf,
  severalVariants,
  shownChecks,
  shownGroups,
  since,
  stoppedSentence,
  variantsOf,
  whyText,
} from './words.ts'

type Level = 'error' | 'warning' | 'notice'

interface Annotation {
  readonly level: Level
  readonly place: Place | null
  readonly title: string
  readonly message: string
}

const MOST = 10

export const github: Reporter = {
  meaning: 'annotations of GitHub Actions at the lines of the scenarios',
  render: ({ scenarios, stopped }, { within }) => {
    const all: Annotation[] = [
      ...inTurn(scenarios.map(annotationsOf)),
      ...(stopped
        ? [
            {
              level: 'warning' as const,
              place: null,
              title: 'Rehearsal gate',
              message: stoppedSentence(stopped, scenarios.length),
            },
          ]
        : []),
    ]
    return (['error', 'warning', 'notice'] as const)
      .flatMap((level) => limited(all.filter((each) => each.level === level)))
      .map((each) => `${commandOf(each, within)}\n`)
      .join('')
  },
}

function annotationsOf(each: ScenarioVerdict): readonly Annotation[] {
  const { name, place, reasons, claims, why } = each
  const quiet = quietChanges(each)
  const title = (of: string): string => `${name}: ${of}`
  const several = severalVariants(each)
  const found = shownGroups(each).flatMap((group): (Annotation & { told: boolean })[] => {
    const { finding } = group
    const { verdict, answer, metric } = finding
    const level = verdict === 'pass' ? (answer === 'better' ? 'notice' : undefined) : LEVELS[verdict]
    if (!level) return []
    // Why stands at the figure that was asked about, whichever variant that was.
    const told = why !== null && verdict === 'fail' && why.metric === metric
    const message = `${sentenceOf(finding)}${several ? ` [${variantsOf(group)}]` : ''}; ${since(each)}`
    return [
      {
        level,
        place: finding.place ?? place,
        title: title(`${metric} ${answer}`),
        message: [message, ...(told ? whyText(why, several) : [])].join('\n'),
        told,
      },
    ]
  })
  return [
    ...reasons.map((reason) => ({
      level: 'warning' as const,
      place,
      title: title('cannot tell'),
      message: reason,
    })),
    ...found.filter(({ told }) => told),
    ...shownChecks(each).map((check) => ({
      level: check.pass === false ? ('error' as const) : ('warning' as const),
      place: check.place ?? place,
      title: title(check.pass === false ? 'does not hold' : 'cannot tell'),
      message: checkSentence(check),
    })),
    ...claims.map((claim) => ({
      level: LEVELS[claim.verdict],
      place: claim.place ?? place,
      title: title(`claim ${claim.id}`),
      message: `${claimSentence(claim)}; ${since(each)}`,
    })),
    ...found.filter(({ told }) => !told),
    ...(quiet === undefined
      ? []
      : [
          {
            level: 'notice' as const,
            place,
            title: title('other figures'),
            message: `${quiet}; ${since(each)}`,
          },
        ]),
  ]
}

const LEVELS: Readonly<Record<Verdict, Level>> = { fail: 'error', inconclusive: 'warning', pass: 'notice' }

/** The first of each scenario, then the second …: with many scenarios, each is heard. */
function inTurn(lists: readonly (readonly Annotation[])[]): readonly Annotation[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat()
}

function limited(annotations: readonly Annotation[]): readonly Annotation[] {
  if (annotations.length <= MOST) return annotations
  const [level, more] = [annotations[0]!.level, annotations.length - MOST + 1]
  return [
    ...annotations.slice(0, MOST - 1),
    { level, place: null, title: 'Rehearsal gate', message: `and ${more} more; the log has all of them` },
  ]
}

function commandOf({ level, place, title, message }: Annotation, within: string): string {
  const properties = [
    ...(place ? [`file=${property(within + place.file)}`, `line=${place.line}`, `col=${place.column}`] : []),
    `title=${property(title)}`,
  ]
  return `::${level} ${properties.join(',')}::${data(message)}`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '%': '%25',
  '\r': '%0D',
  '\n': '%0A',
  ':': '%3A',
  ',': '%2C',
}

/** A second `::` in a message means nothing to GitHub, but other readers of logs look for it anywhere. */
const data = (text: string): string =>
  text.replace(/[%\r\n]/g, (character) => ESCAPES[character]!).replaceAll('::', ':\u200b:')

const property = (text: string): string => text.replace(/[%\r\n:,]/g, (character) => ESCAPES[character]!)
