// The report as Markdown, for a comment on a pull request: whoever posts it finds the comment of last time by the hidden marker on
// its first line. GitHub takes 65,536 characters; what does not fit is cut, and said to be.

import type { Finding, ScenarioVerdict, Verdict } from '../../gate/verdict.ts'
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
  variantsOf,
  whyText,
} from './words.ts'

const MARKER = '<!-- rehearsal-gate -->'
const MOST_CHARACTERS = 65_536
/** Room for the line that says what was cut. */
const RESERVED = 200

/** Of a scenario: it should not take the room of all others, nor be left out for its length. */
const MOST_ROWS = 40
const ELSEWHERE = 'the JSON report has all of it'

const MARKS: Readonly<Record<Verdict, string>> = { pass: '✅', fail: '❌', inconclusive: '❔' }

export const markdown: Reporter = {
  meaning: 'for a comment on a pull request; its first line is a hidden marker',
  render(report) {
    const { verdict, scenarios, stopped } = report
    const offered = offer(report)
    const head = [MARKER, `### Rehearsal gate: ${MARKS[verdict]} ${verdict}`, '', countOf(report), '']
    if (stopped) head.push(`**${safe(stoppedSentence(stopped, scenarios.length))}**`, '')
    const worstFirst = [...scenarios].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))
    const blocks = [
      ['| | scenario | runs | against |', '|---|---|---:|---|'].join('\n'),
      ...worstFirst.map(row),
      '',
      ...worstFirst.map(details).filter((block) => block !== ''),
      ...(offered ? [`${safe(offered.text)}\n`, ...offered.commands.map((each) => `- ${safe(each)}`)] : []),
    ]
    return fitted(head.join('\n'), blocks)
  },
}

const ORDER: readonly Verdict[] = ['fail', 'inconclusive', 'pass']

const row = (each: ScenarioVerdict): string =>
  `| ${MARKS[each.verdict]} | ${safe(each.name)} | ${each.runs} | ${safe(since(each))} |`

function details(each: ScenarioVerdict): string {
  const groups = shownGroups(each)
  const { reasons, checks, claims, why, notes, verdict } = each
  if (groups.length + reasons.length + checks.length + claims.length + notes.length === 0) return ''
  const lines = [
    `<details${verdict === 'pass' ? '' : ' open'}><summary>${MARKS[verdict]} ${safe(each.name)}</summary>\n`,
    ...reasons.map((reason) => `- ${safe(reason)}`),
    ...(why ? whyText(why, severalVariants(each)).map((line) => `- ${safe(line)}`) : []),
    ...shownChecks(each).map((check) => `- ${safe(checkSentence(check))} ${where(check)}`),
    ...claims.map((claim) => `- ${MARKS[claim.verdict]} ${safe(claimSentence(claim))} ${where(claim)}`),
    ...(groups.length > 0
      ? [
          '',
          '| | metric | variant | figure | change | |',
          '|---|---|---|---|---:|---|',
          ...groups.slice(0, MOST_ROWS).map(groupRow),
          ...(groups.length > MOST_ROWS
            ? ['', `and ${groups.length - MOST_ROWS} more figures; ${ELSEWHERE}`]
            : []),
        ]
      : []),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${safe(note)}`)] : []),
    '\n</details>\n',
  ]
  return lines.join('\n')
}

const groupRow = (group: Group): string => {
  const { finding } = group
  return `| ${MARKS[finding.verdict]} | ${safe(finding.metric)} | ${safe(variantsOf(group))} | ${safe(fromTo(finding))} | ${safe(changeOf(finding))} | ${safe(answerOf(finding))} ${where(finding)} |`
}

const where = ({ place }: Pick<Finding, 'place'>): string => (place ? `(${safe(placeText(place))})` : '')

/** As many blocks as there is room for; a block is whole or not there. */
function fitted(head: string, blocks: readonly string[]): string {
  let text = head
  for (const [i, block] of blocks.entries()) {
    const last = i === blocks.length - 1
    if (text.length + 1 + block.length + (last ? 0 : RESERVED) > MOST_CHARACTERS) {
      const cut = `\n\n**Cut here: ${blocks.length - i} of ${blocks.length} parts did not fit into ${MOST_CHARACTERS} characters; ${ELSEWHERE}.**\n`
      return text + cut
    }
    text += `\n${block}`
  }
  return text
}

/** Longest name that is shown whole. */
const LONGEST = 300

/** Text from anywhere on one line, in which nothing is markup, a mention or a reference to an issue. */
function safe(text: string): string {
  const line = [...text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()]
  const kept = line.length > LONGEST ? [...line.slice(0, LONGEST - 1), '…'] : line
  return kept
    .join('')
    .replace(/[&<>|`*_[\]\\@#~!"']|:(?=\/\/)/g, (character) => `&#${character.charCodeAt(0)};`)
}
