// A browser for tests: Debian's Chromium, or whichever is installed. Where there is none, that is said aloud.

import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)

/** Says what is not looked at where there is no Chromium. */
export function skippedAloud(what: string): boolean {
  if (!CHROMIUM) console.warn(`skipped: no Chromium is installed, so ${what} is not looked at in a browser`)
  return !CHROMIUM
}

export const launched = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--disable-gpu'] })

export interface Watched {
  readonly page: Page
  /** What the page's policy forbade, and what went wrong in its script. */
  readonly complaints: string[]
  /** What was asked for, the page itself included. */
  readonly requests: string[]
}

/** A page of its own, watched from its first moment. */
export async function watched(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Watched> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) requests.push(request.url())
  })
  return { page, complaints, requests }
}
