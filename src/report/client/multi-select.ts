// Some of many values: a part that opens, with a box for each to be ticked. Worked by mouse, Tab, arrows and the space bar;
// Escape shuts it.

import { label } from '../charts/labels.ts'
import type { Values } from './choices.ts'
import { button, element } from './elements.ts'

/** Of a value's name, in characters. */
const LONGEST = 60

export interface MultiSelect {
  readonly element: HTMLElement
  /** Shows what is chosen now. */
  show(): void
}

export function multiSelect(values: Values, changed: () => void): MultiSelect {
  const count = element('b', '')
  const summary = element('summary', '', `${label(values.title)} `, count)
  const boxes = values.all.map((value) => {
    const box = element('input', '')
    box.type = 'checkbox'
    box.addEventListener('change', () => {
      const chosen = new Set(values.chosen)
      if (box.checked) chosen.add(value)
      else chosen.delete(value)
      choose(chosen)
    })
    return { value, box }
  })
  const choose = (chosen: ReadonlySet<string>): void => {
    values.chosen = chosen
    show()
    changed()
  }
  const show = (): void => {
    const { chosen } = values
    for (const { value, box } of boxes) box.checked = chosen.has(value)
    count.textContent =
      chosen.size === values.all.length ? `all ${chosen.size}` : `${chosen.size} of ${values.all.length}`
    details.classList.toggle('some', chosen.size < values.all.length)
  }
  const options = element(
    'div',
    'options',
    ...boxes.map(({ value, box }) => element('label', '', box, ` ${label(value, LONGEST) || '(empty)'}`)),
  )
  const fields = element(
    'fieldset',
    '',
    element('legend', 'unseen', label(values.title)),
    element(
      'p',
      '',
      button('All', () => choose(new Set(values.all))),
      button('None', () => choose(new Set())),
    ),
    options,
  )
  const details = element('details', 'choice', summary, fields)
  moveByArrows(
    options,
    boxes.map(({ box }) => box),
  )
  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !details.open) return
    details.open = false
    summary.focus()
  })
  document.addEventListener('click', ({ target }) => {
    if (!details.contains(target as Node)) details.open = false
  })
  return { element: details, show }
}

function moveByArrows(options: HTMLElement, boxes: readonly HTMLInputElement[]): void {
  options.addEventListener('keydown', (event) => {
    const at = boxes.indexOf(event.target as HTMLInputElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: boxes.length - 1 }[event.key]
    if (to === undefined || at < 0) return
    event.preventDefault()
    boxes[to]?.focus()
  })
}
