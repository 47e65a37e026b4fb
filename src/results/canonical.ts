// Canonical JSON: the same value gives the same bytes, whatever the order in which its keys were set. Keys are sorted by
// code unit, numbers are as JSON has them, lines end in \n. Objects take a line a key, so that two results can be
// compared line by line; rows of figures stay on one line.

import { invariant } from '../errors.ts'

/** As text with a newline at its end. A number that is not finite, or what JSON does not have, is an InvariantError. */
export function canonicalJson(value: unknown): string {
  const out: string[] = []
  write(value, '\n', [], out)
  out.push('\n')
  return out.join('')
}

type Path = (string | number)[]

const isRow = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Array.isArray(value) && value.every(isRow))

function write(value: unknown, newline: string, path: Path, out: string[]): void {
  if (Array.isArray(value)) {
    const inside = value.every(isRow) ? '' : `${newline} `
    out.push('[')
    value.forEach((element, i) => {
      out.push(i === 0 ? inside : inside === '' ? ', ' : `,${inside}`)
      path.push(i)
      write(element, inside, path, out)
      path.pop()
    })
    out.push(inside === '' || value.length === 0 ? ']' : `${newline}]`)
  } else if (typeof value === 'object' && value !== null) {
    writeObject(value as Readonly<Record<string, unknown>>, newline, path, out)
  } else {
    const known = value === null || typeof value === 'string' || typeof value === 'boolean'
    invariant(
      known || Number.isFinite(value),
      () => `${path.join('.')} is ${String(value)}, which JSON does not have`,
    )
    out.push(JSON.stringify(value))
  }
}

function writeObject(
  value: Readonly<Record<string, unknown>>,
  newline: string,
  path: Path,
  out: string[],
): void {
  const prototype = Object.getPrototypeOf(value)
  invariant(prototype === Object.prototype || prototype === null, () => `${path.join('.')} is no plain data`)
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
  out.push('{')
  keys.forEach((key, i) => {
    out.push(i === 0 ? '' : ',', newline, ' ', JSON.stringify(key), ': ')
    path.push(key)
    write(value[key], `${newline} `, path, out)
    path.pop()
  })
  out.push(keys.length === 0 ? '}' : `${newline}}`)
}
