// What is declared by requests: what of it survives, and what contradicts what is there already.

import { type QueueTerms, RefusedError } from '../../../env/index.ts'
import type { Declarations, Declared } from './node-messages.ts'

export const mismatch = (what: string, name: string): RefusedError =>
  new RefusedError(406, `${what} ${name} is there already, and different`)

export const isSame = (a: QueueTerms, b: QueueTerms): boolean =>
  ([...Object.keys(a), ...Object.keys(b)] as (keyof QueueTerms)[]).every((key) => a[key] === b[key])

/** What of it survives the end of a broker. */
export function durableOf({ declarations, home }: Declared): Declared {
  const durable = <T extends { readonly durable: boolean }>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(all).filter(([, terms]) => terms.durable))
  const { exchanges, queues, bindings } = declarations
  const left: Declarations = { exchanges: durable(exchanges), queues: durable(queues), bindings }
  return { declarations: left, home }
}
