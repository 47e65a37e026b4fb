// The report for a person at a terminal: a line a scenario, and under it what failed, what cannot be told, what changed.

import type { Place } from '../../errors.ts'
import type { Finding, ScenarioVerdict, Verdict } from '../../gate/verdict.ts'
import { counted } from '../figures.ts'
import { type Column, notes, table } from '../terminal/table.ts'
import {
  cut,
  type Line,
  oneLine,
  quiet,
  render,
  strong,
  type Tone,
  toned,
  widthOf,
  wrap,
} from '../terminal/text.ts'
import type { Reporter } from './reporter.ts'
import {
  answerOf,
  changeOf,
  checkSentence,
  claimSentence,
  countOf,
  fromTo,
  type Group,
  offer,
  placeText,
  severalVariants,
  shownChecks,
  shownGroups,
  since,
  stoppedSentence,
  whyText,
} from './words.ts'

const TONES: Readonly<Record<Verdict, Tone>> = { pass: 'good', fail: 'bad', inconclusive: 'doubtful' }
/** Findings that pass but are shown. */
const MOST_PASSING = 8
const MOST_OTHERS = 30

export const terminal: Reporter = {
  meaning: 'for people: a line a scenario, details of what is not as it was',
  render(report, { columns, colour }) {
    const { scenarios, stopped } = report
    const width = Math.min(30, Math.max(8, ...scenarios.map(({ name }) => oneLine(name).length)))
    const offered = offer(report)
    return `${render(
      [
        ...scenarios.flatMap((each) => [headline(each, width, columns), ...details(each, columns)]),
        [strong(countOf(report))],
        ...(stopped ? paragraph('doubtful', stoppedSentence(stopped, scenarios.length), columns) : []),
        ...(offered ? notes([offered.text], columns) : []),
        ...(offered?.commands ?? []).flatMap((command) => commandLines(command, columns)),
      ],
      columns,
      colour,
    )}\n`
  },
}

function headline(each: ScenarioVerdict, width: number, columns: number): Line {
  const { name, verdict, runs, same } = each
  const shown = cut(oneLine(name), width).padEnd(width)
  const events = each.against && runs > 0 ? (same ? ', same events' : ', other events') : ''
  const left = `${verdict.padEnd(12)}  ${shown}  ${counted(runs, 'run')}${events}`
  return [
    toned(TONES[verdict], verdict.padEnd(12)),
    strong(`  ${shown}`),
    quiet(cut(`  ${left.slice(14 + width + 2)}  ${oneLine(since(each))}`, columns - 14 - width)),
  ]
}

function details(each: ScenarioVerdict, columns: number): readonly Line[] {
  const groups = shownGroups(each)
  const others = groups.filter(({ finding }) => finding.verdict !== 'pass')
  const passing = groups.filter(({ finding }) => finding.verdict === 'pass')
  const shown = [...others.slice(0, MOST_OTHERS), ...passing.slice(0, MOST_PASSING)]
  const more = groups.length - shown.length
  return [
    ...each.reasons.flatMap((reason) => paragraph('doubtful', reason, columns)),
    ...shownChecks(each).flatMap((check) =>
      paragraph(check.pass === null ? 'doubtful' : 'bad', `${checkSentence(check)}${at(check)}`, columns),
    ),
    ...each.claims.flatMap((claim) =>
      paragraph(CLAIM_TONES[claim.verdict], `${claimSentence(claim)}${at(claim)}`, columns),
    ),
    ...(shown.length > 0 ? table(columnsOf(each, shown), columns) : []),
    ...notes(more > 0 ? [`and ${more} more`] : [], columns),
    ...notes(notesOn(others.map(({ finding }) => finding)), columns),
    ...(each.why ? whyText(each.why, severalVariants(each)).flatMap((line) => told(line, columns)) : []),
    ...notes(each.notes, columns),
  ]
}

const at = ({ place }: { readonly place: Place | null }): string => (place ? ` (${placeText(place)})` : '')

const CLAIM_TONES: Readonly<Record<Verdict, Tone>> = { ...TONES, pass: 'quiet' }

const paragraph = (tone: Tone, text: string, columns: number): readonly Line[] =>
  wrap(text, columns - 2).map((line) => [toned(tone, `  ${line}`)])

const told = (line: string, columns: number): readonly Line[] => {
  const [, what, command] = /^([^:]*: )(rehearsal .*)$/.exec(line) ?? []
  return command === undefined
    ? wrap(line, columns - 4).map((part, i) => [i === 0 ? strong(`  ${part}`) : `    ${part}`])
    : [[quiet(`  ${what!.trim()}`)], ...commandLines(command, columns)]
}

/** Before one that is not in quotes. */
const BLANK = /(?= (?:[^']*'[^']*')*[^']*$)/

/** To be copied: a shell goes on where a line ends in a backslash. */
function commandLines(command: string, columns: number): readonly Line[] {
  const lines: string[] = []
  const room = columns - 8
  const parts = oneLine(command)
    .split(/(?= --)/)
    .flatMap((part) => (widthOf(part) <= room ? [part] : part.split(BLANK)))
  for (const part of parts) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(last + part) <= room) lines[lines.length - 1] = last + part
    else lines.push(part.trim())
  }
  return lines.map((line, i) => [`${i === 0 ? '    ' : '      '}${line}${i < lines.length - 1 ? ' \\' : ''}`])
}

/** Of several variants the figure that changed most is shown, and how many there are. */
function columnsOf(each: ScenarioVerdict, groups: readonly Group[]): readonly Column[] {
  const cells = <T>(cell: (finding: Finding) => T): T[] => groups.map(({ finding }) => cell(finding))
  const several = severalVariants(each)
  return [
    { title: '', align: 'left', cells: cells(({ metric }) => metric), least: 12 },
    { title: '', align: 'right', cells: cells(fromTo) },
    { title: '', align: 'right', cells: cells(changeOf) },
    {
      title: '',
      align: 'left',
      cells: cells((finding) => toned(toneOf(finding), short(finding))),
      least: 11,
    },
    ...(several
      ? [
          {
            title: '',
            align: 'left' as const,
            cells: groups.map(({ finding, others }) =>
              others === 0 ? finding.variant : counted(others + 1, 'variant'),
            ),
            least: 10,
          },
        ]
      : []),
  ]
}

/** What passes by its limit was not as it was. */
const short = ({ answer }: Finding): string =>
  answer === 'untold' ? 'cannot tell' : answer === 'within' ? 'allowed' : answer

const toneOf = ({ verdict, answer }: Finding): Tone =>
  verdict !== 'pass' ? TONES[verdict] : answer === 'better' ? 'good' : 'quiet'

/** Thresholds and places, for what is not green; of figures that have both in common, once. */
function notesOn(findings: readonly Finding[]): readonly string[] {
  const said = new Map<string, string[]>()
  for (const each of findings.slice(0, MOST_OTHERS)) {
    const text = `${answerOf(each)}${at(each)}`
    said.set(text, [...(said.get(text) ?? []), each.metric])
  }
  return [...said].map(([text, metrics]) => `${[...new Set(metrics)].join(', ')}: ${text}`)
}
