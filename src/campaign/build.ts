// Which build this is: records of another are never mixed with its own.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

let known: string | undefined

/** SHA-256 of this program's files, 16 hexadecimal digits. */
export function buildOf(): string {
  known ??= hashOf(fileURLToPath(new URL('..', import.meta.url)))
  return known
}

function hashOf(folder: string): string {
  const hash = createHash('sha256')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(js|ts|json)$/.test(file) && !file.endsWith('.d.ts'))
    .sort()
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(`${folder}/${file}`))
  return hash.digest('hex').slice(0, 16)
}
