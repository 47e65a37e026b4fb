// The diagrams where a reader can do more than look: another variant, a window of the lanes, a replay. The code that drew them
// at first draws them anew.

import { select } from 'd3'
import { label } from '../charts/labels.ts'
import type { Diagram } from '../diagrams/draft.ts'
import { type MessagesOf, type PackedMessages, unpackedMessages } from '../diagrams/packed-messages.ts'
import type { Pen } from '../diagrams/pen.ts'
import { plannedFor } from '../diagrams/planned.ts'
import { dataDetails } from '../html/data-table.ts'
import { prose } from '../markup.ts'
import { element } from './elements.ts'
import { attachLanes } from './lanes.ts'
import { openPack } from './packs.ts'
import type { Page } from './page.ts'
import { attachReplay } from './replay.ts'
import { attachTables } from './tables.ts'

const KEY = 'messages'

/** What takes its hands off a diagram that is about to be drawn anew. */
type Detach = () => void

export function attachDiagrams(page: Page): void {
  const place = document.querySelector<HTMLElement>('.diagrams')
  const packed = openPack('messages')
  if (!place || packed === undefined) return
  const messages = JSON.parse(packed) as PackedMessages
  const variants = unpackedMessages(messages)
  const [first] = variants
  if (!first) return
  let shown = first
  let detach = attached(page, shown)

  const show = (variant: MessagesOf): void => {
    if (variant === shown) return
    detach()
    shown = variant
    redraw(
      page,
      place,
      variant,
      variant === first ? messages.why : `Variant ${label(variant.name, 80)} of ${messages.of}.`,
    )
    detach = attached(page, variant)
  }
  if (variants.length > 1) place.before(picker(page, variants, messages.of, show))
}

function attached(page: Page, { faults, traffic, excerpt }: MessagesOf): Detach {
  const ends = [
    excerpt && attachLanes(page, excerpt, faults),
    traffic && excerpt && attachReplay(page, traffic, excerpt, faults),
  ]
  return () => {
    for (const end of ends) end?.()
  }
}

/** The variant that the address names; else the first of those that the page's filter leaves. */
function picker(
  { address, remaining }: Page,
  variants: readonly MessagesOf[],
  all: number,
  show: (variant: MessagesOf) => void,
): HTMLElement {
  const choose = element('select', '')
  for (const { name } of variants) choose.append(new Option(label(name, 80), name))
  let left: readonly MessagesOf[] = variants
  const follow = (): void => {
    const [named] = address.all(KEY)
    const wanted = variants.find(({ name }) => name === named) ?? left[0] ?? variants[0]!
    choose.value = wanted.name
    show(wanted)
  }
  choose.addEventListener('change', () => {
    // A window and an instant of another excerpt.
    for (const key of ['lanes', 'replay']) address.set(key, [])
    address.set(KEY, choose.value === left[0]?.name ? [] : [choose.value])
    follow()
  })
  remaining.onChange((places) => {
    left = variants.filter(({ place }) => places.has(place))
    follow()
  })
  address.onChange(follow)
  follow()
  return element(
    'p',
    'messages',
    element('label', '', 'Messages of ', choose),
    variants.length < all ? ` This page has those of ${variants.length} of ${all} variants.` : '',
  )
}

function redraw(page: Page, place: HTMLElement, variant: MessagesOf, why: string): void {
  const planned = plannedFor({ variant, why })
  page.tables.stand(Object.fromEntries(planned.map(({ name, table }) => [name, table])))
  for (const figure of place.querySelectorAll<HTMLElement>('figure[data-name]')) {
    const diagram = planned.find(({ name }) => name === figure.dataset.name)
    figure.hidden = diagram === undefined
    if (diagram) redrawFigure(page, figure, diagram)
  }
}

function redrawFigure(
  page: Page,
  figure: HTMLElement,
  { name, title, caption, table, ...diagram }: Diagram,
): void {
  figure.querySelector('h3')!.innerHTML = prose(title).text
  figure.querySelector('figcaption')!.innerHTML = prose(caption).text
  const svg = figure.querySelector('svg')!
  for (const drawn of [...svg.children]) if (drawn.tagName === 'g') drawn.remove()
  svg.querySelector('title')!.textContent = title
  svg.querySelector('desc')!.textContent = caption
  svg.setAttribute('viewBox', `0 0 ${diagram.width} ${diagram.height}`)
  svg.setAttribute('width', String(diagram.width))
  svg.setAttribute('height', String(diagram.height))
  diagram.draw(select(svg).append('g') as unknown as Pen)
  const details = figure.querySelector('details[data-table]')
  if (!details) return
  details.outerHTML = dataDetails(name, title, table).text
  attachTables(figure, page)
}
