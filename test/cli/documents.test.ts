// What the documents say can be typed, is there, and is printed.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { readLedger } from '../../src/cli/ledger.ts'
import { inEmptyFolder, rehearsal } from './session.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'examples/README.md']
const textOf = (document: string): string => readFileSync(join(ROOT, document), 'utf8')

inEmptyFolder()

/** What stands in fences of a kind. */
const fences = (text: string, kind = ''): readonly string[] =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, of, block]) => (of === kind ? [block!] : []))

describe.each(DOCUMENTS)('%s', (document) => {
  const text = textOf(document)

  test('names commands and options that there are', async () => {
    const typed = [...text.matchAll(/(?:^npx |`(?:npx )?)rehearsal ([a-z]+)([^\n`#]*)/gm)]
    const wrong: string[] = []
    for (const [line, name, rest] of typed) {
      const command = Object.hasOwn(commands, name!) ? await commands[name!]!.load() : undefined
      const given = [...rest!.matchAll(/(?<= )--([a-z-]+)/g)].map(([, option]) => option!)
      if (!command || given.some((option) => !Object.hasOwn(command.options, option))) wrong.push(line)
    }
    expect(wrong).toEqual([])
  })

  test('leads to files that there are, and names scenarios and sources that there are', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) =>
      join(dirname(document), path!),
    )
    const scenarios = [...text.matchAll(/\b(?:scenarios|examples)\/[\w/-]+\.yaml/g)].map(([path]) => path)
    const sources = [...text.matchAll(/`((?:src|test)\/[\w/.-]+)`/g)].map(([, path]) => path!)
    const made = ['scenarios/fleet.yaml', 'scenarios/bulk.yaml', 'scenarios/x.yaml']
    const all = [...links, ...scenarios, ...sources].filter((path) => !made.includes(path))
    expect(all.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

describe('README.md', () => {
  const readme = textOf('README.md')

  test('shows what its first command prints, in order, with some lines left out', async () => {
    const scenario = 'scenarios/ollamamax/multi-container.yaml'
    expect(readme).toContain(`npx rehearsal run ${scenario}\n`)
    const shown = fences(readme).find((block) => block.includes('\nmulti-container · 1 seed\n'))!
    const { out } = await rehearsal('run', join(ROOT, scenario), '--no-html', '--out', 'shown')
    const printed = out.split('\n')
    let from = 0
    for (const line of shown.trimEnd().split('\n')) {
      const at = printed.indexOf(line, from)
      expect([line, at >= 0]).toEqual([line, true])
      from = at + 1
    }
  })

  test('counts the claims as the ledger has them', () => {
    const claims = Object.values(readLedger().claims)
    const settled = claims.filter(({ scenarios = [] }) => scenarios.length > 0)
    const own = settled.filter(({ system }) => system === 'ollamamax')
    expect(readme).toContain(
      `claimed ${claims.length} things. ${settled.length} are settled so far, all ${own.length} of`,
    )
  })

  test('has a scenario that is right, with and without its faults', async () => {
    const [scenario, faults] = fences(readme, 'yaml')
    writeFileSync('plain.yaml', scenario!)
    writeFileSync('faulty.yaml', `${scenario}${faults}`)
    expect(await rehearsal('check', 'plain.yaml', 'faulty.yaml')).toMatchObject({ code: 0, err: '' })
  })
})
