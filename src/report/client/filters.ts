// The bar by which a reader chooses variants and seeds. The address has the choice, the page is drawn anew of it.

import { counted } from '../figures.ts'
import { Choices, type Indexed } from './choices.ts'
import { button, element } from './elements.ts'
import { multiSelect } from './multi-select.ts'
import { openPack } from './packs.ts'
import type { Page } from './page.ts'
import type { Redrawing } from './redraw.ts'

/** Adds the bar where there is more than one variant or seed. */
export function attachFilters(page: Page, redrawing: Redrawing): void {
  const packed = openPack('index')
  const before = document.getElementById('charts') ?? document.getElementById('figures')
  if (packed === undefined || !before) return
  const variants = JSON.parse(packed) as readonly Indexed[]
  const choices = new Choices(page.address, variants)
  const status = element('p', 'status')
  status.setAttribute('role', 'status')
  const note = element(
    'p',
    'narrowed',
    document.createTextNode(''),
    button('Show all', () => all()),
  )
  note.setAttribute('role', 'note')

  const tell = (...more: string[]): void => {
    const parts = [
      ...(variants.length > 1 ? [some(choices.variants.size, variants.length, 'variant')] : []),
      ...(choices.seeds.all.length > 1
        ? [some(choices.seeds.chosen.size, choices.seeds.all.length, 'seed')]
        : []),
    ]
    status.textContent = [parts.join(', '), ...more].join(' · ')
    note.firstChild!.textContent = `Charts and figures are of ${parts.join(' and ')}. ${wholeInWords()} of all. `
  }
  const draw = async (): Promise<void> => {
    const choice = { variants: choices.variants, seeds: choices.seeds.chosen }
    const whole = choice.variants.size === variants.length && choice.seeds.size === choices.seeds.all.length
    tell(...(whole ? [] : ['drawing …']))
    document.body.classList.toggle('filtered', !whole)
    note.hidden = whole
    page.remaining.tell(choice.variants)
    try {
      if (await redrawing.show(whole ? null : choice)) tell()
    } catch (error) {
      tell(`it cannot be drawn: ${(error as Error).message}`)
    }
  }

  const find = element('input', '')
  find.type = 'search'
  find.addEventListener('input', () => {
    choices.find = find.value
    draw()
  })
  const selects = [
    ...choices.facets.map(({ values }) => values),
    ...(choices.seeds.all.length > 1 ? [choices.seeds] : []),
  ].map((values) => multiSelect(values, draw))
  const all = (): void => {
    choices.reset()
    show()
  }
  const show = (): void => {
    find.value = choices.find
    for (const select of selects) select.show()
    draw()
  }
  const bar = element(
    'section',
    'filters',
    ...(variants.length > 1 ? [element('label', '', 'Find a variant ', find)] : []),
    ...selects.map((select) => select.element),
    button('Reset', all),
    status,
  )
  bar.setAttribute('aria-label', 'Filters')
  before.before(bar)
  // At the top, where a link leads, and on paper.
  document.querySelector('main')!.prepend(note)
  page.address.onChange(show)
  show()
}

/** What a filter leaves as it is, as far as the page has it. */
const WHOLE = {
  findings: 'what matters most',
  claims: 'claims',
  baseline: 'the baseline',
  checks: 'checks',
} as const

function wholeInWords(): string {
  const named = Object.entries(WHOLE).flatMap(([id, name]) => (document.getElementById(id) ? [name] : []))
  const last = named.pop()
  return last === undefined ? 'The verdict is' : `${['The verdict', ...named].join(', ')} and ${last} are`
}

const some = (count: number, all: number, noun: string): string =>
  count === all ? `all ${counted(all, noun)}` : `${count} of ${counted(all, noun)}`
