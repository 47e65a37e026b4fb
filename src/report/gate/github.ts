// The report as commands of GitHub's workflows, which become annotations at the lines of the scenarios. Source:
// docs.github.com, "Workflow commands for GitHub Actions"; of each kind a step shows ten, so ten are made and the last says how many more.

import type { Place } from '../../errors.ts'
import type { Finding, ScenarioVerdict, Verdict } from '../../gate/verdict.ts'
import type { Reporter } from './reporter.ts'
import {
  checkSentence,
  claimSentence,
  quietChanges,
  sentenceOf,
  severalVariants,
  since,
  stoppedSentence,
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
  render: ({ scenarios, stopped }) => {
    const all: Annotation[] = [
      ...scenarios.flatMap(annotationsOf),
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
      .map((each) => `${commandOf(each)}\n`)
      .join('')
  },
}

function annotationsOf(each: ScenarioVerdict): readonly Annotation[] {
  const { name, place, reasons, checks, findings, claims } = each
  const quiet = quietChanges(each)
  const title = (of: string): string => `${name}: ${of}`
  const several = severalVariants(each)
  return [
    ...reasons.map((reason) => ({
      level: 'warning' as const,
      place,
      title: title('cannot tell'),
      message: reason,
    })),
    ...checks.map((check) => ({
      level: check.pass === false ? ('error' as const) : ('warning' as const),
      place: check.place ?? place,
      title: title('expectation'),
      message: checkSentence(check),
    })),
    ...findings.flatMap((finding): Annotation[] => {
      const { verdict, answer, metric, variant } = finding
      const level: Level | undefined =
        verdict === 'fail'
          ? 'error'
          : verdict === 'inconclusive'
            ? 'warning'
            : answer === 'better'
              ? 'notice'
              : undefined
      if (!level) return []
      const message = `${sentenceOf(finding)}${several ? ` [${variant}]` : ''}; ${since(each)}`
      const why = explained(each, finding, several)
      return [
        {
          level,
          place: finding.place ?? place,
          title: title(`${metric} ${answer}`),
          message: [message, ...why].join('\n'),
        },
      ]
    }),
    ...claims.map((claim) => ({
      level: LEVELS[claim.verdict],
      place: claim.place ?? place,
      title: title(`claim ${claim.id}`),
      message: `${claimSentence(claim)}; ${since(each)}`,
    })),
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

/** Why stands at the figure that was asked about; the others of the variant have it in common. */
function explained(
  { why }: ScenarioVerdict,
  { metric, variant }: Finding,
  several: boolean,
): readonly string[] {
  return why && why.metric === metric && why.variant === variant ? whyText(why, several) : []
}

function limited(annotations: readonly Annotation[]): readonly Annotation[] {
  if (annotations.length <= MOST) return annotations
  const [level, more] = [annotations[0]!.level, annotations.length - MOST + 1]
  return [
    ...annotations.slice(0, MOST - 1),
    { level, place: null, title: 'Rehearsal gate', message: `and ${more} more; the log has all of them` },
  ]
}

function commandOf({ level, place, title, message }: Annotation): string {
  const properties = [
    ...(place ? [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`] : []),
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
