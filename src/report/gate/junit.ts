// The report as JUnit's XML, as Jenkins, GitLab and others read it (the schema junit-10.xsd of Jenkins' xUnit plug-in): a suite a
// scenario, a case a figure or an expectation. What cannot be told is an error: a test that is skipped would look green.

import type { Finding, ScenarioVerdict } from '../../gate/verdict.ts'
import { type Markup, markup, trusted } from '../markup.ts'
import type { Reporter } from './reporter.ts'
import {
  checkSentence,
  claimSentence,
  placeText,
  sentenceOf,
  severalVariants,
  since,
  stoppedSentence,
  whyText,
} from './words.ts'

interface Case {
  readonly classname: string
  readonly name: string
  readonly outcome: 'pass' | 'failure' | 'error'
  readonly message: string
  /** What else there is to say, in lines; of what passes, what changed. */
  readonly text: readonly string[]
}

export const junit: Reporter = {
  meaning: 'XML of JUnit, as Jenkins and GitLab read it',
  render({ scenarios, stopped }) {
    const suites = scenarios.map((each) => ({ name: each.name, cases: casesOf(each) }))
    if (stopped)
      suites.push({
        name: 'rehearsal gate',
        cases: [
          {
            classname: 'rehearsal gate',
            name: 'all scenarios are judged',
            outcome: 'error',
            message: stoppedSentence(stopped, scenarios.length),
            text: [stopped.left.join(', ')],
          },
        ],
      })
    const all = suites.flatMap(({ cases }) => cases)
    const body = suites.map(
      ({ name, cases }) => markup`
  <testsuite name="${name}" ${counts(cases)} skipped="0" time="0">${cases.map(caseElement)}
  </testsuite>`,
    )
    return markup`${trusted('<?xml version="1.0" encoding="UTF-8"?>\n')}<testsuites name="rehearsal gate" ${counts(all)} time="0">${body}
</testsuites>
`.text
  },
}

const counts = (cases: readonly Case[]): Markup => {
  const count = (outcome: Case['outcome']): number => cases.filter((each) => each.outcome === outcome).length
  return markup`tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`
}

function caseElement({ classname, name, outcome, message, text }: Case): Markup {
  // Whatever white space a text has is one blank in markup.
  const lines = text
    .filter((line) => line !== '')
    .flatMap((line, i) => (i === 0 ? [line] : [trusted('\n'), line]))
  const inside =
    outcome === 'pass'
      ? lines.length === 0
        ? null
        : markup`
      <system-out>${lines}</system-out>
    `
      : markup`
      <${trusted(outcome)} message="${message}" type="${outcome === 'failure' ? 'regression' : 'inconclusive'}">${lines}</${trusted(outcome)}>
    `
  return markup`
    <testcase classname="${classname}" name="${name}" time="0">${inside}</testcase>`
}

function casesOf(each: ScenarioVerdict): readonly Case[] {
  const { name, reasons, checks, findings, claims, why } = each
  const asked = ({ metric, variant }: Finding): boolean => why?.metric === metric && why.variant === variant
  return [
    {
      classname: name,
      name: 'can be compared',
      outcome: reasons.length > 0 ? 'error' : 'pass',
      message: reasons.join('; '),
      text: reasons.length > 0 ? [...reasons, since(each)] : [],
    },
    ...checks.map((check): Case => {
      const message = checkSentence(check)
      const outcome = check.pass === false ? 'failure' : 'error'
      return {
        classname: `${name}.${check.variant}`,
        name: check.name,
        outcome,
        message,
        text: [placeText(check.place), ...(check.detail.includes('\n') ? check.detail.split('\n') : [])],
      }
    }),
    ...findings.map(
      (finding): Case => ({
        classname: `${name}.${finding.variant}`,
        name: finding.metric,
        outcome: outcomeOf(finding),
        message: sentenceOf(finding),
        text:
          finding.verdict === 'pass'
            ? finding.answer === 'equal'
              ? []
              : [sentenceOf(finding)]
            : [
                [placeText(finding.place), since(each)].filter((text) => text !== '').join(', '),
                ...(why && asked(finding) ? whyText(why, severalVariants(each)) : []),
              ],
      }),
    ),
    ...claims.map(
      (claim): Case => ({
        classname: name,
        name: `claim ${claim.id}`,
        outcome: outcomeOf(claim),
        message: claimSentence(claim),
        text: [placeText(claim.place), since(each)],
      }),
    ),
  ]
}

const outcomeOf = ({ verdict }: Pick<Finding, 'verdict'>): Case['outcome'] =>
  verdict === 'fail' ? 'failure' : verdict === 'inconclusive' ? 'error' : 'pass'
