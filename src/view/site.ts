// What `rehearsal view` shows: the results beneath a folder, or a single one, as pages drawn when they are asked for. An address
// is looked up among those there are, never turned into a path, so that nothing else can be asked for.

import { createHash } from 'node:crypto'
import { lstatSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { ScenarioError } from '../errors.ts'
import { type SuiteEntry, suiteEntry, type Unread, unreadOf } from '../report/suite/entry.ts'
import { addressOf } from '../report/suite/scenarios.ts'
import { renderSuite, type Suite } from '../report/suite.ts'
import { canonicalJson } from '../results/canonical.ts'
import { RESULT_FILE, resultFolders } from '../results/find.ts'
import { readResult } from '../results/read.ts'
import { searchesBeside } from '../results/read-searches.ts'
import { SEARCHES, type SearchName } from '../results/searches.ts'

export interface Shown {
  readonly type: 'text/html' | 'application/json'
  readonly text: string
}

/** A result file, as it is now. */
interface Found {
  readonly folder: string
  readonly file: string
  /** Another one whenever the file is. */
  readonly version: string
}

/** Drawn pages that are kept: drawing one takes a second. */
const MOST_KEPT = 16

export class Site {
  readonly #root: string
  /** The only file there is to show. */
  readonly #single: string | undefined
  readonly #ledger: Suite['ledger']
  #found = new Map<string, Found>()
  readonly #entries = new Map<string, { readonly version: string; readonly entry: SuiteEntry | Unread }>()
  readonly #drawn = new Map<string, string>()

  /** Of a folder, or of a single result file. */
  constructor(path: string, ledger: Suite['ledger']) {
    // Where the user's own path leads is what they mean; beneath it no link is followed.
    const real = realpathSync(path)
    const folder = statSync(real).isDirectory()
    this.#single = folder ? undefined : real
    this.#root = folder ? real : dirname(real)
    this.#ledger = ledger
    this.look()
  }

  /** Looks what results there are now. */
  look(): void {
    const folders = this.#single ? [''] : resultFolders(this.#root)
    this.#found = new Map(
      folders.flatMap((folder) => {
        const file = this.#single ?? join(this.#root, folder, RESULT_FILE)
        const version = this.#versionOf(file)
        return version === undefined ? [] : [[addressIn(folder), { folder, file, version }] as const]
      }),
    )
  }

  get count(): number {
    return this.#found.size
  }

  /** What the page at this address shows, by a name that changes when it does; `undefined` where there is no such page. */
  version(address: string): string | undefined {
    if (!isFront(address)) return this.#found.get(address)?.version
    if (this.#single) return this.#found.get(addressIn(''))?.version
    return hash([...this.#found].map(([at, { version }]) => [at, version]))
  }

  /** `undefined` where there is nothing at this address. Throws ScenarioError where a result cannot be read. */
  async show(address: string): Promise<Shown | undefined> {
    this.look()
    const version = this.version(address)
    if (isFront(address) && !this.#single) return { type: 'text/html', text: this.#suite(version!) }
    const page = isFront(address) ? addressIn('') : address
    const found = this.#found.get(page)
    if (found) return { type: 'text/html', text: await this.#page(found) }
    const search = /^(.*\/)(capacity|sensitivity)\.html$/.exec(address)
    if (search) return this.#search(search[1]!, search[2] as SearchName)
    const data = this.#found.get(address.replace(/\/result\.json$/, '/report.html'))
    if (data && address.endsWith('/result.json'))
      return { type: 'application/json', text: canonicalJson(readResult(data.file)) }
    return undefined
  }

  #suite(version: string): string {
    const entries: SuiteEntry[] = []
    const unread: Unread[] = []
    for (const found of this.#found.values()) {
      const entry = this.#entry(found)
      if ('reason' in entry) unread.push(entry)
      else entries.push(entry)
    }
    return renderSuite({ entries, unread, ledger: this.#ledger }, { version, reloads: true })
  }

  #entry({ folder, file, version }: Found): SuiteEntry | Unread {
    const kept = this.#entries.get(folder)
    if (kept?.version === version) return kept.entry
    const entry = entryOf(file, folder)
    this.#entries.set(folder, { version, entry })
    return entry
  }

  async #page({ folder, file, version }: Found): Promise<string> {
    const key = `${version} ${folder}`
    const kept = this.#drawn.get(key)
    if (kept !== undefined) return kept
    // The drawing libraries are loaded only here: they take their time.
    const { renderHtml } = await import('../report/html.ts')
    const result = readResult(file)
    const beside = searchesBeside(dirname(file), result)
    const front = this.#single ? {} : { front: '/' }
    const page = await renderHtml(result, { version, reloads: false, ...front }, beside)
    this.#drawn.set(key, page)
    for (const oldest of this.#drawn.keys()) if (this.#drawn.size > MOST_KEPT) this.#drawn.delete(oldest)
    return page
  }

  /** The page of what lies beside a result, as it is now; nothing of another version of the scenario. */
  async #search(folder: string, name: SearchName): Promise<Shown | undefined> {
    const found = this.#found.get(`${folder}report.html`)
    if (!found) return undefined
    const { capacity, sensitivity } = searchesBeside(dirname(found.file), readResult(found.file))
    const type = 'text/html'
    if (name === 'capacity' && capacity) {
      const { renderCapacityPage } = await import('../report/html/capacity.ts')
      return { type, text: await renderCapacityPage(capacity) }
    }
    if (name === 'sensitivity' && sensitivity) {
      const { renderSensitivityPage } = await import('../report/html/sensitivity.ts')
      return { type, text: await renderSensitivityPage(sensitivity) }
    }
    return undefined
  }

  /** `undefined` where there is no such file, or it is a link, or a link on the way leads out of the folder. */
  #versionOf(file: string): string | undefined {
    try {
      const stat = lstatSync(file)
      if (!stat.isFile() || !`${realpathSync(file)}`.startsWith(`${this.#root}${sep}`.replace(/\/\/$/, '/')))
        return undefined
      return hash([stat, ...besideOf(file)].map((each) => each && [each.mtimeMs, each.size, each.ino]))
    } catch {
      return undefined
    }
  }
}

function entryOf(file: string, folder: string): SuiteEntry | Unread {
  try {
    // Its page is drawn here, whether or not one lies beside it.
    const result = readResult(file)
    const beside = searchesBeside(dirname(file), result)
    const searches = SEARCHES.filter((name) => beside[name])
    return suiteEntry(result, folder, true, searches)
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    return unreadOf(folder, file, error)
  }
}

/** What its page shows besides. */
const besideOf = (file: string) =>
  SEARCHES.map((name) => lstatSync(join(dirname(file), `${name}.json`), { throwIfNoEntry: false }))

const isFront = (address: string): boolean => address === '/' || address === '/index.html'

/** Of a result's page, as the suite's page links to it. */
const addressIn = (folder: string): string => addressOf(folder, 'report.html').slice(1)

const hash = (of: unknown): string =>
  createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 16)
