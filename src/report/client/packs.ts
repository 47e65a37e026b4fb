// What the page carries compressed.

import { inflateSync, strFromU8 } from 'fflate'

/** As text; `undefined` where the page has none of the name. */
export function openPack(name: string): string | undefined {
  const packed = document.querySelector<HTMLTemplateElement>(`template[data-packed="${name}"]`)
  if (!packed) return undefined
  const bytes = Uint8Array.from(atob(packed.content.textContent ?? ''), (character) =>
    character.charCodeAt(0),
  )
  return strFromU8(inflateSync(bytes))
}
