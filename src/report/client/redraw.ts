// Puts what is drawn anew in its place, and the page as it came back again.

import type { Choice } from '../choice.ts'
import type * as Drawing from './drawing.ts'
import { openPack } from './packs.ts'
import type { Page } from './page.ts'

declare global {
  /** Of the script that the page adds to itself when it first draws. */
  var rehearsalDrawing: typeof Drawing | undefined
}

type Attach = (within: ParentNode, page: Page) => void

export class Redrawing {
  readonly #page: Page
  readonly #attach: readonly Attach[]
  /** What the page came with. */
  readonly #came = new Map<HTMLElement, { nodes: readonly Node[]; hidden: boolean }>()
  #draw: ReturnType<typeof Drawing.drawer> | undefined
  /** What was asked for last; what is drawn of anything older is thrown away. */
  #asked: Choice | null = null

  constructor(page: Page, attach: readonly Attach[]) {
    this.#page = page
    this.#attach = attach
  }

  /** `null`: all variants and seeds, as the page came. Whether it is what was asked for last when it is done. */
  async show(choice: Choice | null): Promise<boolean> {
    this.#asked = choice
    if (choice === null) {
      this.#restore()
      return true
    }
    this.#draw ??= drawer()
    const redrawn = await this.#draw(choice, () => this.#asked === choice)
    if (redrawn === null || this.#asked !== choice) return false
    this.#page.tables.replace(redrawn.tables)
    for (const [id, html] of Object.entries(redrawn.parts)) this.#put(id, html)
    return true
  }

  #put(id: string, html: string): void {
    const place = document.getElementById(id)
    if (!place) return
    if (!this.#came.has(place))
      this.#came.set(place, { nodes: [...place.childNodes], hidden: place.hasAttribute('hidden') })
    place.innerHTML = html
    place.hidden = html === ''
    for (const attach of this.#attach) attach(place, this.#page)
  }

  #restore(): void {
    this.#page.tables.replace(null)
    for (const [place, { nodes, hidden }] of this.#came) {
      place.replaceChildren(...nodes)
      place.hidden = hidden
    }
    this.#came.clear()
  }
}

/** Adds the heavy script, which the page's policy knows by its hash, and gives it what the page has packed. */
function drawer(): ReturnType<typeof Drawing.drawer> {
  const script = document.createElement('script')
  script.textContent = openPack('drawing') ?? ''
  document.body.append(script)
  if (!globalThis.rehearsalDrawing) throw new Error('the page’s script for drawing does not run')
  return globalThis.rehearsalDrawing.drawer(openPack('result') ?? 'null')
}
