// Serves a site on this machine alone, and tells open pages when a newer result is there (server-sent events).
// Listening on the loopback address keeps other machines out; the check of the Host header keeps out pages of other sites, whose
// names may be made to lead here (DNS rebinding).

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ScenarioError } from '../errors.ts'
import { GONE } from '../report/html/live.ts'
import type { Shown, Site } from './site.ts'

const LOOPBACK = '127.0.0.1'
const MOST_LISTENERS = 64

export interface Serving {
  /** `http://127.0.0.1:8123/`. */
  readonly url: string
  close(): Promise<void>
}

interface Listener {
  readonly address: string
  readonly response: ServerResponse
  told: string | undefined
}

/** What a browser may not do with anything that comes from here. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** `lookMs`: how often it is looked for newer results, while anybody listens. Port 0 is any that is free. */
export async function serve(site: Site, port: number, lookMs = 500): Promise<Serving> {
  const listeners = new Set<Listener>()
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // What cannot be read is said; what is a bug of ours is thrown, and ends the program.
      if (!(error instanceof ScenarioError)) throw error
      refuse(response, 500, error.message)
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwn(request.headers.host, portOf(server)))
      return refuse(response, 403, 'not a name of this server')
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only to be read')
    const [address = '', query] = (request.url ?? '').split('?', 2)
    if (query === 'events') {
      // Nobody may have looked since the last page was closed.
      looked()
      if (site.version(address) === undefined) return refuse(response, 404, 'there is no such result')
      if (listeners.size >= MOST_LISTENERS) return refuse(response, 503, 'too many pages are open')
      return listen(address, request, response)
    }
    const shown = await site.show(address)
    if (!shown) return refuse(response, 404, 'there is no such result')
    response.writeHead(200, {
      ...HEADERS,
      'content-security-policy': policyOf(shown),
      'content-type': `${shown.type}; charset=utf-8`,
    })
    response.end(request.method === 'HEAD' ? undefined : shown.text)
  }

  function listen(address: string, request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' })
    response.write('retry: 1000\n\n')
    const listener: Listener = { address, response, told: undefined }
    listeners.add(listener)
    request.on('close', () => listeners.delete(listener))
    response.on('close', () => listeners.delete(listener))
    tell()
  }

  /** Tells each page its version, or that it is gone, when that is something else than was told. */
  function tell(): void {
    if (listeners.size === 0 || !looked()) return
    for (const listener of listeners) {
      const version = site.version(listener.address) ?? GONE
      if (version === listener.told) continue
      listener.told = version
      listener.response.write(`data: ${version}\n\n`)
    }
  }

  /** Whether it could be looked: the folder may have become too large, which whoever asks for a page is told. */
  function looked(): boolean {
    try {
      site.look()
      return true
    } catch (error) {
      if (error instanceof ScenarioError) return false
      throw error
    }
  }

  await listening(server, port)
  const looking = setInterval(tell, lookMs)
  return {
    url: `http://${LOOPBACK}:${portOf(server)}/`,
    close: () =>
      new Promise((resolve) => {
        clearInterval(looking)
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The policy that a page states itself, and that no other page may frame it. */
function policyOf({ type, text }: Shown): string {
  const own = type === 'text/html' ? /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] : undefined
  return `${own ?? "default-src 'none'"}; frame-ancestors 'none'`
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

function isOwn(host: string | undefined, port: number): boolean {
  const names = [LOOPBACK, 'localhost']
  return names.some((name) => host === `${name}:${port}` || (port === 80 && host === name))
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, {
    ...HEADERS,
    'content-security-policy': "default-src 'none'",
    'content-type': 'text/plain; charset=utf-8',
  })
  response.end(`${reason}\n`)
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      const reason = taken ? 'it is taken' : error.message
      reject(
        new ScenarioError([
          {
            message: `cannot listen on port ${port}: ${reason}`,
            ...(taken ? { hint: 'leave --port out to take one that is free' } : {}),
          },
        ]),
      )
    })
    server.listen(port, LOOPBACK, resolve)
  })
