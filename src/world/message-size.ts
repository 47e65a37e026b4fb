// How many bytes a message takes on the wire: the length of its JSON in UTF-8, found without writing it.

/** Bytes of a value as JSON. Strings count one byte a Latin letter; what JSON leaves out counts nothing. */
export function jsonBytes(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return stringBytes(value)
    case 'number':
      return Number.isFinite(value) ? numberBytes(value) : 4
    case 'boolean':
      return value ? 4 : 5
    case 'object':
      return value === null ? 4 : Array.isArray(value) ? arrayBytes(value) : objectBytes(value)
    default:
      return 0
  }
}

function numberBytes(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value < 1e15) {
    let digits = 1
    for (let bound = 10; value >= bound; bound *= 10) digits++
    return digits
  }
  return String(value).length
}

function stringBytes(text: string): number {
  let bytes = 2
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3
    else bytes += unit < 0x20 ? 6 : unit === 0x22 || unit === 0x5c ? 2 : 1
  }
  return bytes
}

function arrayBytes(values: readonly unknown[]): number {
  let bytes = 2 + Math.max(0, values.length - 1)
  for (const value of values) bytes += value === undefined ? 4 : jsonBytes(value)
  return bytes
}

function objectBytes(value: object): number {
  let bytes = 1
  for (const key in value) {
    const field = (value as Record<string, unknown>)[key]
    if (field !== undefined) bytes += stringBytes(key) + 2 + jsonBytes(field)
  }
  return Math.max(2, bytes)
}
