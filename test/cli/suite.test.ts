// The page over many results, as `run` and `report` write it, and `view`, which serves them.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { commandLine } from '../../src/cli/command-line.ts'
import { Site } from '../../src/view/site.ts'
import { inEmptyFolder, rehearsal, SMALL, smallCalled } from './session.ts'

inEmptyFolder()

beforeAll(async () => {
  writeFileSync('small.yaml', SMALL)
  writeFileSync('other.yaml', smallCalled('other'))
  writeFileSync('fails.yaml', smallCalled('fails', 'expect:\n  - { metric: latency.mean, below: 1ns }\n'))
  await rehearsal('run', 'small.yaml', 'fails.yaml', '--no-html', '--quiet', '--out', 'bare')
})

const text = (path: string): string => readFileSync(path, 'utf8')

describe('run', () => {
  test('of several scenarios writes one page over all that lies in the folder', async () => {
    await rehearsal('run', 'small.yaml', '--out', 'all')
    expect(existsSync('all/index.html')).toBe(false)
    const { code, out } = await rehearsal('run', 'other.yaml', 'fails.yaml', '--out', 'all')
    expect(code).toBe(1)
    expect(out).toMatch(/wrote all\/index\.html\n$/)
    for (const name of ['small', 'other', 'fails'])
      expect(text('all/index.html')).toContain(`href="./${name}/report.html"`)
  })

  test('leaves no page of an earlier run beside a newer result', async () => {
    await rehearsal('run', 'small.yaml', '--quiet', '--out', 'twice')
    expect(existsSync('twice/small/report.html')).toBe(true)
    await rehearsal('run', 'small.yaml', '--quiet', '--out', 'twice', '--no-html', '--seed', '7')
    expect(existsSync('twice/small/report.html')).toBe(false)
    await rehearsal('report', 'twice')
    expect(text('twice/index.html')).toContain('no page of its own')
  })

  test('writes none where no pages are wanted', () => {
    expect(existsSync('bare/index.html')).toBe(false)
  })
})

describe('a scenario with a hostile title', () => {
  const title = `<script>alert(1)</script>"'><img src=x onerror=alert(1)> תרבע\u200f ${'long '.repeat(2000)}`

  test('is told of as text on every page, the one that is served too', async () => {
    const hostile = SMALL.replace('title: A small one', `title: ${JSON.stringify(title)}`)
    writeFileSync('hostile.yaml', hostile.replace('name: small', 'name: hostile'))
    await rehearsal('run', 'hostile.yaml', 'small.yaml', '--out', 'hostile', '--quiet')
    const served = await new Site('hostile', { systems: {}, claims: {} }).show('/hostile/report.html')
    for (const page of [text('hostile/index.html'), text('hostile/hostile/report.html'), served!.text]) {
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img')
      expect(page.match(/<script/g)).toHaveLength(1)
      expect(page).not.toMatch(/<img/)
    }
    // The index is not flooded by one title.
    expect(text('hostile/index.html')).not.toContain('long '.repeat(200))
  })
})

describe('report of a folder', () => {
  test('writes the same page whatever the folder is called and however often', async () => {
    const { code, out, err } = await rehearsal('report', 'bare')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe('wrote bare/index.html: 2 scenarios\n')
    const page = text('bare/index.html')
    await rehearsal('report', `${process.cwd()}/bare/`)
    expect(text('bare/index.html')).toBe(page)
    expect(page).not.toContain(process.cwd())
    // All 84 claims are there, and no page is linked to that is not.
    expect(page).toContain('84 claims')
    expect(page).not.toContain('report.html"')
  })

  test('names what it cannot read, on the page and aloud, and ends inconclusive', async () => {
    mkdirSync('bare/torn')
    writeFileSync('bare/torn/result.json', '{"schema": ')
    const { code, err } = await rehearsal('report', 'bare')
    expect(code).toBe(3)
    expect(err).toContain('torn: result.json is cut short')
    expect(text('bare/index.html')).toContain('result.json is cut short')
    rmSync('bare/torn', { recursive: true })
  })

  test('writes over its own page, and over nobody else’s', async () => {
    for (let time = 0; time < 2; time++) expect((await rehearsal('report', 'bare')).code).toBe(0)
    const page = text('bare/index.html')
    writeFileSync('bare/index.html', '<title>My site</title>')
    const { code, err } = await rehearsal('report', 'bare')
    expect(code).toBe(2)
    expect(err).toMatch(/^bare\/index\.html is there already, and no page of ours/)
    expect(text('bare/index.html')).toBe('<title>My site</title>')
    // Nor do several runs, which would leave one there; before the first.
    const runs = await rehearsal('run', 'small.yaml', 'other.yaml', '--out', 'bare')
    expect(runs).toMatchObject({ code: 2, err })
    expect(text('bare/index.html')).toBe('<title>My site</title>')
    writeFileSync('bare/index.html', page)
  })

  test('refuses a folder without results, and what makes sense of a single result only', async () => {
    mkdirSync('empty')
    expect(await rehearsal('report', 'empty')).toMatchObject({ code: 2 })
    expect(existsSync('empty/index.html')).toBe(false)
    for (const more of [
      ['--format', 'svg'],
      ['--out', 'elsewhere'],
    ])
      expect(await rehearsal('report', 'bare', ...more)).toMatchObject({ code: 2 })
  })
})

describe('view', () => {
  test('serves until it is told to end, and ends well', async () => {
    let printed = (_: string): void => {}
    const line = new Promise<string>((resolve) => {
      printed = resolve
    })
    const silent = { write: () => {}, complain: () => {}, rewrite: undefined, columns: 80, colour: false }
    const ended = commandLine(['view', 'bare'], { ...silent, print: printed })
    const [, url] = /^(http:\/\/127\.0\.0\.1:\d+\/) {2}2 results; Ctrl-C ends it$/.exec(await line)!
    const page = await fetch(url!)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('href="./fails/report.html"')
    process.emit('SIGHUP', 'SIGHUP')
    expect(await ended).toBe(0)
    await expect(fetch(url!)).rejects.toThrow()
  })

  test.each([
    [['nowhere'], 'does not exist'],
    [['bare', '--port', '99999'], 'invalid --port: 99999; expected 0 to 65535'],
    [['bare', '--port', '-1'], 'expected 0 to 65535'],
    [['small.yaml'], 'is not JSON'],
  ])('refuses %s', async (args, reason) => {
    const { code, err } = await rehearsal('view', ...args)
    expect(code).toBe(2)
    expect(err).toContain(reason)
  })
})
