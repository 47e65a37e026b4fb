// A message that says something else in one of its fields.

import { type Message, SIGN_AGAIN, type SignedMessage } from '../../env/index.ts'

/**
 * The same message with every value under this key, at any depth, another of its type; itself where there is none. What its
 * sender has signed it signs again; what it passes on of others it cannot.
 */
export function changed(message: Message, field: string): Message {
  const other = within(message, field) as Message
  const signAgain = (message as SignedMessage)[SIGN_AGAIN]
  return other === message || !signAgain ? other : signAgain(other, message)
}

function within(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = value.map((item) => within(item, field))
    return items.some((item, i) => item !== value[i]) ? items : value
  }
  let copy: Record<string, unknown> | undefined
  for (const [key, old] of Object.entries(value)) {
    const other = key === field ? otherwise(old) : within(old, field)
    if (other === old) continue
    copy ??= { ...value }
    copy[key] = other
  }
  return copy ?? value
}

/** Something else of the same type; what has parts is left as it is. */
function otherwise(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'string') return `${value}'`
  return typeof value === 'boolean' ? !value : value
}
