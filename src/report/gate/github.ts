// The report as commands of GitHub's workflows, which become annotations at the lines of the scenarios. Source:
// docs.github.com, "Workflow commands for GitHub Actions"; of each kind a step shows ten, so ten are made and the last says how many more.

import type { Place } from '../../errors.ts'
import type { ScenarioVerdict } from '../../gate/verdict.ts'
import type { Reporter } from './reporter.ts'
import { checkSentence, sentenceOf, severalVariants, since } from './words.ts'

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
  render: ({ scenarios }) => {
    const all = scenarios.flatMap(annotationsOf)
    return (['error', 'warning', 'notice'] as const)
      .flatMap((level) => limited(all.filter((each) => each.level === level)))
      .map((each) => `${commandOf(each)}\n`)
      .join('')
  },
}

function annotationsOf(each: ScenarioVerdict): readonly Annotation[] {
  const { name, place, reasons, checks, findings } = each
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
      return [{ level, place: finding.place ?? place, title: title(`${metric} ${answer}`), message }]
    }),
  ]
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
