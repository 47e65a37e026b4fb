// Reports of a gate, of names that try to be markup, commands or terminal sequences, and of more than there is room for.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type GateReport, gateReport } from '../../../src/gate/verdict.ts'
import { reporters } from '../../../src/report/gate/registry.ts'
import { finding, reportOf } from '../../gate/sample-gate.ts'

const LOOK = { columns: 80, colour: false, within: '' }
const rendered = (name: string, report: GateReport): string => reporters[name]!.render(report, LOOK)

const HOSTILE = `<script>alert(1)</script> "'&]]>\n::error::x, y%0A | \`@all\` #1 --> \u001b[2J\u0000 <!--`
const hostile: GateReport = {
  ...reportOf({
    name: HOSTILE,
    against: { of: HOSTILE, commit: null, reason: HOSTILE },
    reasons: [HOSTILE],
    notes: [HOSTILE],
    checks: [{ variant: HOSTILE, name: HOSTILE, detail: HOSTILE, pass: false, place: null }],
    findings: [
      finding({
        metric: HOSTILE,
        variant: HOSTILE,
        note: HOSTILE,
        place: { file: HOSTILE, line: 1, column: 1 },
      }),
      finding({ verdict: 'inconclusive', answer: 'absent', now: null, variant: 'b' }),
      finding({ verdict: 'pass', answer: 'better', now: 1 }),
      finding({ verdict: 'pass', answer: 'equal' }),
    ],
    claims: [
      {
        id: HOSTILE,
        text: HOSTILE,
        baseline: 'reproduced',
        now: 'refuted',
        verdict: 'fail',
        found: HOSTILE,
        place: { file: HOSTILE, line: 2, column: 1 },
      },
    ],
    why: { variant: HOSTILE, metric: HOSTILE, lines: [HOSTILE], missing: HOSTILE, command: HOSTILE },
  }),
  stopped: { why: HOSTILE, left: [HOSTILE] },
}

describe('the terminal', () => {
  test('has a line for each scenario and what failed under it, by how much, since when, and where', () => {
    const text = rendered(
      'terminal',
      reportOf({}, { name: 'other', verdict: 'pass', findings: [], same: true }),
    )
    expect(text).toBe(
      [
        'fail          fleet     1 run, other events  since 3f2a1bc: batches of 32',
        '  latency.p95  8 ms → 8.2 ms  +2.50 %  worse',
        '  latency.p95: worse (limit: worse by 2 %) (scenarios/fleet.yaml:31)',
        'pass          other     1 run, same events  since 3f2a1bc: batches of 32',
        '2 scenarios: 1 fail, 1 pass',
        '',
      ].join('\n'),
    )
  })

  test('is never wider than 80 columns, and moves no cursor, whatever names there are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const text = rendered(
          'terminal',
          reportOf({ name, reasons: [name], findings: [finding({ metric: name })] }),
        )
        expect(text.split('\n').every((line) => [...line].length <= 80)).toBe(true)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/)
      }),
      { numRuns: 40 },
    )
  })

  test('says where what does not hold is expected', () => {
    const place = { file: 'scenarios/fleet.yaml', line: 12, column: 5 }
    const checks = [{ variant: 'fleet', name: 'expect: errors', detail: '3 %', pass: false as const, place }]
    expect(rendered('terminal', reportOf({ checks }))).toContain(
      '  expect: errors: 3 % (scenarios/fleet.yaml:12)',
    )
  })

  test('offers to accept what is better, in a command that is whole however long', () => {
    const file = `scenarios/${'deep/'.repeat(6)}fleet.yaml`
    const long = reportOf({
      verdict: 'pass',
      findings: [finding({ verdict: 'pass', answer: 'better', now: 1 })],
      accept: `rehearsal baseline accept ${file} --seeds 20 --allow-modules --reason TEXT`,
    })
    const told = rendered('terminal', long)
    expect(told.replace(/ \\\n\s*/g, ' ')).toContain(`${file} --seeds 20 --allow-modules --reason TEXT`)
    expect(told.split('\n').every((line) => line.length <= 80)).toBe(true)
    const better = reportOf({
      verdict: 'pass',
      findings: [finding({ verdict: 'pass', answer: 'better', now: 1 })],
    })
    expect(rendered('terminal', better)).toContain(
      'rehearsal baseline accept scenarios/fleet.yaml --reason TEXT',
    )
  })

  test('says of nothing at all that it is inconclusive', () => {
    expect(reportOf().verdict).toBe('inconclusive')
    expect(rendered('terminal', reportOf())).toBe('0 scenarios\n')
  })
})

describe('Markdown', () => {
  test('begins with the marker by which the comment is found again', () => {
    expect(rendered('markdown', hostile)).toMatch(/^<!-- rehearsal-gate -->\n### Rehearsal gate: ❌ fail\n/)
  })

  test('lets no name be markup, a mention, a reference or the end of a cell', () => {
    const text = rendered('markdown', hostile).replace('<!-- rehearsal-gate -->', '')
    expect(text).not.toMatch(/<(?!\/?(?:details|summary)\b)/)
    expect(text).not.toContain('@all')
    expect(text).not.toContain('-->')
    expect(text).not.toMatch(/\s#1/)
    // Each row of the table of scenarios has its four cells and no more.
    const rows = text.split('\n').filter((line) => line.startsWith('| ❌'))
    expect(rows[0]!.split('|')).toHaveLength(6)
  })

  test('fits into what GitHub takes, and says what was cut', () => {
    const many = reportOf(
      ...Array.from({ length: 400 }, (_, i) => ({ name: `fleet-${i} ${'x'.repeat(200)}` })),
    )
    const text = rendered('markdown', many)
    expect(text.length).toBeLessThanOrEqual(65_536)
    expect(text).toMatch(/\*\*Cut here: \d+ of \d+ parts did not fit into 65536 characters/)
    // One scenario of very many figures leaves room for those of others.
    const wide = {
      findings: Array.from({ length: 900 }, (_, i) =>
        finding({ metric: `service.${i}.wait.p95`, now: 9e6 + i }),
      ),
    }
    const two = rendered('markdown', reportOf(wide, wide, { name: 'the last' }))
    expect(two.match(/and 860 more figures; the JSON report has all of it/g)).toHaveLength(2)
    expect(two).toMatch(/<summary>❌ the last<\/summary>/)
    expect(two).not.toContain('Cut here')
    // What fails comes before what passes, and so is cut last.
    const mixed = reportOf(
      ...Array.from({ length: 400 }, (_, i) => ({
        name: `green-${i} ${'x'.repeat(200)}`,
        verdict: 'pass' as const,
      })),
      { name: 'the red one' },
    )
    expect(rendered('markdown', mixed)).toContain('the red one')
  })
})

describe('GitHub', () => {
  test('gets an error at the threshold’s line, with what, by how much and since when', () => {
    expect(rendered('github', reportOf({}))).toBe(
      '::error file=scenarios/fleet.yaml,line=31,col=3,title=fleet%3A latency.p95 worse::latency.p95: 8 ms → 8.2 ms (+2.50 %25): worse (limit: worse by 2 %25); since 3f2a1bc: batches of 32\n',
    )
  })

  test('gets files as they lie in the repository, wherever in it the gate runs', () => {
    const text = reporters.github!.render(reportOf({}), { ...LOOK, within: 'packages/a,b/' })
    expect(text).toMatch(/^::error file=packages\/a%2Cb\/scenarios\/fleet\.yaml,line=31,/)
  })

  test('gets no command that a name made up', () => {
    const lines = rendered('github', hostile).split('\n').slice(0, -1)
    // A reason, a check, three findings that are not equal, a claim, and what was not judged.
    expect(lines).toHaveLength(7)
    for (const line of lines) {
      expect(line).toMatch(/^::(error|warning|notice) (?:[a-z]+=[^:,]*,?)+::/)
      expect(line.split('::')).toHaveLength(3)
    }
  })

  test('gets ten annotations of a kind, the last of which counts the others', () => {
    const many = reportOf({ findings: Array.from({ length: 25 }, (_, i) => finding({ metric: `m${i}` })) })
    const lines = rendered('github', many).trimEnd().split('\n')
    expect(lines).toHaveLength(10)
    expect(lines.at(-1)).toContain('and 16 more')
  })
})

/** Elements and their attributes; throws where it is not well-formed. */
function elementsOf(xml: string): { name: string; depth: number; attributes: Record<string, string> }[] {
  const found: { name: string; depth: number; attributes: Record<string, string> }[] = []
  const open: string[] = []
  const rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
  const consumed = rest.replace(
    /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)>|[^<>&]+|&(?:amp|lt|gt|quot|#39);/g,
    (whole, closing: string, name: string | undefined, attributes: string) => {
      if (name === undefined) return ''
      if (closing) {
        if (open.pop() !== name) throw new Error(`${whole} closes another`)
      } else {
        const pairs = [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!])
        found.push({ name, depth: open.length, attributes: Object.fromEntries(pairs) })
        open.push(name)
      }
      return ''
    },
  )
  if (consumed !== '' || open.length > 0)
    throw new Error(`not well-formed: ${consumed.slice(0, 100)} ${open}`)
  return found
}

describe('JUnit', () => {
  /** Element → where it may stand and which attributes it must have; as in Jenkins' junit-10.xsd. */
  const SCHEMA: Readonly<Record<string, readonly [depth: number, attributes: readonly string[]]>> = {
    testsuites: [0, ['name', 'tests', 'failures', 'errors', 'time']],
    testsuite: [1, ['name', 'tests', 'failures', 'errors', 'skipped', 'time']],
    testcase: [2, ['classname', 'name', 'time']],
    failure: [3, ['message', 'type']],
    error: [3, ['message', 'type']],
    'system-out': [3, []],
  }

  test('is well-formed XML with the elements and attributes of the schema, whatever names there are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        for (const report of [
          hostile,
          reportOf({ name, findings: [finding({ metric: name, variant: name })] }),
        ])
          for (const { name: element, depth, attributes } of elementsOf(rendered('junit', report)))
            expect([depth, Object.keys(attributes)]).toEqual(SCHEMA[element])
      }),
      { numRuns: 50 },
    )
  })

  test('has why and the command on lines of their own, and what a module threw as it was told', () => {
    const xml = rendered(
      'junit',
      reportOf({
        checks: [
          {
            variant: 'fleet',
            name: 'every run',
            detail: 'a.ts failed\nat 40 s: boom',
            pass: false,
            place: null,
          },
        ],
        why: { variant: 'fleet', metric: 'latency.p95', lines: ['queue'], missing: null, command: 'explain' },
      }),
    )
    expect(xml).toContain(
      '>scenarios/fleet.yaml:31, since 3f2a1bc: batches of 32\nwhy: queue\nmore: explain</failure>',
    )
    expect(xml).toContain('>a.ts failed\nat 40 s: boom</failure>')
  })

  test('counts what is in it', () => {
    const elements = elementsOf(rendered('junit', hostile))
    const count = (name: string) => String(elements.filter((each) => each.name === name).length)
    const { tests, failures, errors } = elements[0]!.attributes
    expect([tests, failures, errors]).toEqual([count('testcase'), count('failure'), count('error')])
    // A failed check, a figure and a claim; a reason, an absent figure and what was not judged.
    expect([failures, errors]).toEqual(['3', '3'])
  })
})

describe('JSON', () => {
  test('is the report itself, the same bytes each time', () => {
    expect(JSON.parse(rendered('json', hostile))).toEqual(JSON.parse(JSON.stringify(hostile)))
    expect(rendered('json', hostile)).toBe(rendered('json', hostile))
  })

  test('by lines has scenarios, findings that are not equal, and the verdict last', () => {
    const lines = rendered('ndjson', hostile)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string })
    expect(lines.map(({ kind }) => kind)).toEqual(['scenario', 'finding', 'finding', 'finding', 'verdict'])
    expect(lines.at(-1)).toMatchObject({ schema: 'rehearsal/gate/1', verdict: 'fail', scenarios: 1 })
  })
})

const WHY = 'latency.p95 +2 ms (+25 %): queue redis +2 ms.'
const MORE = 'rehearsal explain scenarios/fleet.yaml --base 3f2a1bc --metric latency.p95'
const explained = (more: object = {}) =>
  reportOf({
    findings: [finding(), finding({ metric: 'latency.p99' })],
    why: { variant: 'fleet', metric: 'latency.p95', lines: [WHY], missing: null, command: MORE, ...more },
  })
/** Characters that an environment escapes, as they were. */
const plain = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('%25', '%')
    .replaceAll('%0A', '\n')

describe.each(Object.keys(reporters))('%s', (name) => {
  /** On one line: a terminal breaks them. */
  const text = (report: GateReport): string => plain(rendered(name, report)).replace(/\s+\\?\s*/g, ' ')

  test('tells why a figure is worse, and the command that tells more', () => {
    expect(text(explained())).toContain(WHY)
    expect(text(explained())).toContain(MORE)
  })

  test('tells where nobody could say why', () => {
    expect(text(explained({ lines: [], missing: 'the time limit came first' }))).toContain(
      'the time limit came first',
    )
  })

  test('tells of a claim that turned, with both verdicts and the figures', () => {
    const turned = text(
      reportOf({
        findings: [],
        claims: [
          {
            id: 'OM-05',
            text: 'a cluster is faster',
            baseline: 'reproduced',
            now: 'refuted',
            verdict: 'fail',
            found: '12 % slower with six nodes',
            place: { file: 'scenarios/fleet.yaml', line: 40, column: 5 },
          },
        ],
      }),
    )
    for (const part of ['OM-05', 'reproduced', 'refuted', '12 % slower with six nodes', '40'])
      expect(turned).toContain(part)
  })

  test('tells what was not judged, and does not call it passed', () => {
    const all = reportOf({ verdict: 'pass', findings: [] })
    const cut = gateReport(all.scenarios, { why: 'stopped by the time limit', left: ['later', 'last'] })
    expect(cut.verdict).toBe('inconclusive')
    for (const part of ['stopped by the time limit', 'later', 'last']) expect(text(cut)).toContain(part)
  })

  test('shows a figure of one seed that changed, though its limit lets it pass', () => {
    const passing = finding({ answer: 'within', verdict: 'pass', now: 8_004_000, threshold: 'worse by 1 %' })
    const shown = text(reportOf({ verdict: 'pass', findings: [passing] }))
    expect(shown).toMatch(/latency\.p95/)
    expect(shown).not.toMatch(/as it was/)
    if (name !== 'json' && name !== 'ndjson') expect(shown).toContain('+0.05 %')
  })
})

test('a long report in Markdown has why folded away with its scenario, and stays within what GitHub takes', () => {
  const one = explained().scenarios[0]!
  const many = gateReport(
    Array.from({ length: 400 }, (_, i) => ({
      ...one,
      name: `s${i}`,
      why: { ...one.why!, lines: [WHY.repeat(20)] },
    })),
  )
  const text = rendered('markdown', many)
  expect(text.length).toBeLessThanOrEqual(65_536)
  expect(text).toMatch(/<details[\s\S]*why[\s\S]*<\/details>/)
  expect(text).toContain('Cut here')
})

test('every reporter has a meaning, and renders every report', () => {
  for (const [name, { meaning }] of Object.entries(reporters)) {
    expect(meaning).toMatch(/\w/)
    for (const report of [reportOf(), hostile]) expect(typeof rendered(name, report)).toBe('string')
  }
})
