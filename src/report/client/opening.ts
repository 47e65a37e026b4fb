// Which of the parts that open and shut do not stand as the page came.

import type { Page } from './page.ts'

const KEY = 'open'

export function attachOpening(within: ParentNode, { address }: Page): void {
  const parts = [...within.querySelectorAll<HTMLDetailsElement>('details[data-open]')].map((details) => ({
    details,
    name: details.dataset.open!,
    came: details.open,
  }))
  const show = (): void => {
    const changed = new Set(address.all(KEY))
    for (const { details, name, came } of parts) details.open = changed.has(name) !== came
  }
  for (const { details, name, came } of parts)
    details.addEventListener('toggle', () => {
      const others = address.all(KEY).filter((other) => other !== name)
      const changed = details.open === came ? others : [...others, name]
      if (changed.length !== address.all(KEY).length) address.set(KEY, changed)
    })
  address.onChange(show)
  show()
}
