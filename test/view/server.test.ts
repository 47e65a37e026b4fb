import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ScenarioError } from '../../src/errors.ts'
import { serve } from '../../src/view/server.ts'
import { Site } from '../../src/view/site.ts'
import { served, writeNamed } from './fixture.ts'

/** Folders as no program of ours would name them. */
const ODD = [
  'a b#c?d=%41',
  `<img src=x onerror="alert('1')">`,
  'שלום\u200f',
  'javascript:alert(1)',
  '%2e%2e',
  'events',
]

const folder = served((root) => {
  writeNamed(join(root, 'first'), 'The first')
  writeNamed(join(root, 'deep/er/second'), 'The second')
  for (const name of ODD) writeNamed(join(root, name), name)
  writeFileSync(join(root, 'first/notes.txt'), 'SECRET')
  writeFileSync(join(root, 'first/report.html'), 'SECRET: not what is drawn')
  mkdirSync(join(root, 'torn'))
  writeFileSync(join(root, 'torn/result.json'), '{"schema": "rehearsal/result/1",')
  // Beside the folder, and led to by links.
  writeNamed(join(root, '../outside'), 'SECRET')
  symlinkSync('../outside', join(root, 'link'))
  mkdirSync(join(root, 'linked-file'))
  symlinkSync('../../outside/result.json', join(root, 'linked-file/result.json'))
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Asks with the path as it is given: nothing tidies it up on the way. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(folder.serving.url)
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        text += piece
      })
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

test('the front page has every result, and each of its links leads to a page', async () => {
  const { status, text } = await ask('/')
  expect(status).toBe(200)
  const links = [...text.matchAll(/<a href="\.(\/[^"]*report\.html)"/g)].map(([, link]) => link!)
  expect(links).toHaveLength(2 + ODD.length)
  for (const link of links) {
    // As a browser would ask for it, once it has read the page.
    const { pathname } = new URL(`.${link.replaceAll('&#39;', "'")}`, folder.serving.url)
    const page = await ask(pathname, {}, 'HEAD')
    expect(page.status).toBe(200)
  }
})

test('a page is drawn from the result, whatever lies beside it', async () => {
  const { text } = await ask('/first/report.html')
  expect(text).toContain('<h1>The first</h1>')
  expect(text).not.toContain('SECRET')
  expect(JSON.parse((await ask('/first/result.json')).text)).toMatchObject({
    scenario: { title: 'The first' },
  })
})

test('a result that is cut short is named on the front page, and its own says why', async () => {
  expect((await ask('/')).text).toContain('is cut short')
  const { status, headers, text } = await ask('/torn/report.html')
  expect(status).toBe(500)
  expect(text).toContain('is cut short')
  expect(headers['content-type']).toContain('text/plain')
})

describe('what is no result', () => {
  test.each([
    '/../outside/result.json',
    '/..%2foutside/result.json',
    '/%2e%2e/outside/result.json',
    '/%2e%2e%2foutside%2fresult.json',
    '/first/../../outside/result.json',
    '/first/..\\..\\outside\\result.json',
    '//etc/passwd',
    '/etc/passwd',
    '/first/notes.txt',
    '/first/',
    '/first',
    '/first/report.html/',
    '/first/report.html%00',
    '/./first/report.html',
    '/link/report.html',
    '/link/result.json',
    '/linked-file/report.html',
    '/linked-file/result.json',
    'http://127.0.0.1/first/report.html',
    '*',
  ])('is refused: %s', async (path) => {
    const { status, text } = await ask(path)
    expect(status).toBe(404)
    expect(text).not.toContain('SECRET')
  })

  test('is not told of either', async () => {
    const { text } = await ask('/')
    expect(text).not.toContain('SECRET')
    expect(text).not.toMatch(/\.\/link|linked-file/)
  })

  test('whatever the address, the answer is a refusal', async () => {
    const address = fc.stringMatching(/^\/[a-z%.0-9~/\\:@-]{1,40}$/)
    await fc.assert(
      fc.asyncProperty(address, async (path) => {
        expect((await ask(path)).status).toBe(404)
      }),
      { numRuns: 60 },
    )
  })
})

describe('who may ask', () => {
  const own = () => new URL(folder.serving.url).host

  test('is whoever calls the server by its own name', async () => {
    for (const host of [own(), own().replace('127.0.0.1', 'localhost')])
      expect((await ask('/', { host }, 'HEAD')).status).toBe(200)
  })

  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    'localhost',
    '127.0.0.1:1',
    'localhost.evil.example:PORT',
    '127.0.0.1:PORT.evil.example',
    'evil@127.0.0.1:PORT',
    '0.0.0.0:PORT',
  ])('is nobody who calls it %s', async (name) => {
    const host = name.replace('PORT', new URL(folder.serving.url).port)
    for (const path of ['/', '/first/result.json', '/?events']) {
      const { status, text } = await ask(path, { host })
      expect(status).toBe(403)
      expect(text).not.toContain('first')
    }
  })

  test('nothing can be done but read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect((await ask('/', {}, method)).status).toBe(405)
  })

  test('other addresses of this machine do not answer', async () => {
    const others = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? [])
        .filter(({ internal, family }) => !internal && family === 'IPv4')
        .map(({ address }) => address),
    )
    const answers = (host: string) =>
      new Promise<boolean>((resolve) => {
        const socket = connect(Number(new URL(folder.serving.url).port), host)
        socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
        socket.unref()
      })
    for (const host of ['127.0.0.2', ...others]) expect(await answers(host)).toBe(false)
  })

  test('a page may not be framed, kept, guessed at, or do more than its own policy allows', async () => {
    for (const path of ['/', '/first/report.html', '/first/result.json', '/nowhere']) {
      const { headers, text } = await ask(path)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
      })
      expect(headers).not.toHaveProperty('access-control-allow-origin')
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toMatch(/script-src[^;]*unsafe/)
      const [, own] = /Content-Security-Policy" content="([^"]*)"/.exec(text) ?? []
      if (own) expect(policy).toBe(`${own}; frame-ancestors 'none'`)
    }
  })
})

describe('newer results', () => {
  /** The versions that a page is told, one at each call. */
  function told(
    path: string,
    port = new URL(folder.serving.url).port,
  ): { next(): Promise<string>; end(): void } {
    const { hostname } = new URL(folder.serving.url)
    let text = ''
    let taken = 0
    let wake = (): void => {}
    const asked = request({ hostname, port, path, agent: false }, (response) => {
      expect(response.statusCode).toBe(200)
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        text += piece
        wake()
      })
    })
    asked.on('error', () => {})
    asked.end()
    return {
      async next() {
        for (;;) {
          const versions = [...text.matchAll(/^data: (\w+)\n\n/gm)].map(([, version]) => version!)
          if (versions.length > taken) return versions[taken++]!
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      },
      end: () => void asked.destroy(),
    }
  }

  test('are told to the front page and to the result’s own, by the version that their pages then bear', async () => {
    const front = told('/?events')
    const page = told('/first/report.html?events')
    const before = [await front.next(), await page.next()]
    const versionOf = async (path: string) => / data-version="(\w+)"/.exec((await ask(path)).text)![1]
    expect([await versionOf('/'), await versionOf('/first/report.html')]).toEqual(before)
    writeNamed(join(folder.root, 'first'), 'The first, again')
    const after = [await front.next(), await page.next()]
    expect(after[0]).not.toBe(before[0])
    expect(after[1]).not.toBe(before[1])
    expect([await versionOf('/'), await versionOf('/first/report.html')]).toEqual(after)
    expect((await ask('/first/report.html')).text).toContain('<h1>The first, again</h1>')
    // One that is new is told to the front page alone.
    writeNamed(join(folder.root, 'third'), 'The third')
    expect(after).not.toContain(await front.next())
    expect(await versionOf('/first/report.html')).toBe(after[1])
    expect((await ask('/')).text).toContain('The third')
    front.end()
    page.end()
  })

  test('that there is one no more is told to its page, though nobody has looked since it came', async () => {
    const site = new Site(folder.root, { systems: {}, claims: {} })
    const idle = await serve(site, 0, 10)
    writeNamed(join(folder.root, 'brief'), 'A brief one')
    const { port } = new URL(idle.url)
    const page = told('/brief/report.html?events', port)
    await page.next()
    rmSync(join(folder.root, 'brief'), { recursive: true })
    expect(await page.next()).toBe('gone')
    page.end()
    await idle.close()
  })

  test('are looked for until they can be: a folder that has become too large ends nothing', async () => {
    let large = true
    const look = () => {
      if (large) throw new ScenarioError('too many folders')
    }
    const show = async () => look()
    const site = { look, show, version: () => (large ? 'before' : 'after'), count: 0 } as unknown as Site
    const other = await serve(site, 0, 1)
    const { port } = new URL(other.url)
    // Its server has looked in vain before it is asked for a page.
    const page = told('/?events', port)
    expect((await fetch(other.url)).status).toBe(500)
    large = false
    expect(await page.next()).toBe('after')
    page.end()
    await other.close()
  })

  test('of what is no page are told to nobody', async () => {
    for (const path of ['/link/report.html?events', '/nowhere?events', '/../?events'])
      expect((await ask(path)).status).toBe(404)
  })
})

describe('a single result', () => {
  test('is the front page itself, and nothing beside it can be asked for', async () => {
    const site = new Site(join(folder.root, 'first/result.json'), { systems: {}, claims: {} })
    expect(site.count).toBe(1)
    expect((await site.show('/'))!.text).toContain('<h1>The first')
    expect((await site.show('/'))!.text).not.toContain('All results')
    expect(await site.show('/deep/er/second/report.html')).toBeUndefined()
    expect(site.version('/')).toBe(site.version('/report.html'))
  })

  test('a port that is taken is named', async () => {
    const port = Number(new URL(folder.serving.url).port)
    const site = new Site(folder.root, { systems: {}, claims: {} })
    await expect(serve(site, port)).rejects.toThrow(`cannot listen on port ${port}: it is taken`)
  })
})
