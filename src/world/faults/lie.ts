// A message that says something else in one of its fields.

import type { Message } from '../../env/index.ts'

/** The same message with every value under this key, at any depth, another of its type; itself where there is none. */
export const changed = (message: Message, field: string): Message => within(message, field) as Message

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
