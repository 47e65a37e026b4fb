// How many bytes a message takes on the wire: the length of its JSON in UTF-8, found without writing it.
// Source: RFC 8259 and ECMA-262 25.5.2 (JSON.stringify, well-formed). Left out: toJSON, and BigInt, which JSON refuses.

/** Bytes of a value as JSON; 0 for what JSON leaves out (undefined, functions, symbols). */
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
  // Minus zero is written as 0.
  return String(value).length
}

function stringBytes(text: string): number {
  const { length } = text
  let bytes = 2
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x80) {
      if (unit < 0x800) bytes += 2
      else if (unit < 0xd800 || unit > 0xdfff) bytes += 3
      else if (unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
        bytes += 4
        i++
      } else bytes += 6 // a surrogate alone is written as \udxxx
    } else if (unit < 0x20) bytes += hasShortEscape(unit) ? 2 : 6
    else bytes += unit === 0x22 || unit === 0x5c ? 2 : 1
  }
  return bytes
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/** \b \t \n \f \r */
const hasShortEscape = (unit: number): boolean => unit >= 8 && unit <= 13 && unit !== 11

function arrayBytes(values: readonly unknown[]): number {
  const { length } = values
  let bytes = 2 + Math.max(0, length - 1)
  // What JSON leaves out of an object is null in an array.
  for (let i = 0; i < length; i++) bytes += jsonBytes(values[i]) || 4
  return bytes
}

function objectBytes(value: object): number {
  let bytes = 1
  for (const key in value) {
    const field = jsonBytes((value as Record<string, unknown>)[key])
    if (field > 0) bytes += stringBytes(key) + 2 + field
  }
  return Math.max(2, bytes)
}
