// Before the tests: bundles the scripts of result pages where they are missing or older than their sources, so that tests
// run from the sources alone.

import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const BUNDLE = join(ROOT, 'dist/report/drawing.js')

const changed = (path: string): number => statSync(path).mtimeMs

export default async function setup(): Promise<void> {
  const sources = ['src/report', 'src/results', 'src/statistics'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(ROOT, folder, file),
    ),
  )
  const latest = Math.max(...[...sources, join(ROOT, 'client-bundle.mjs')].map(changed))
  if (existsSync(BUNDLE) && changed(BUNDLE) >= latest) return
  const { bundleClient } = (await import(join(ROOT, 'client-bundle.mjs'))) as {
    bundleClient: (folder: string) => Promise<void>
  }
  await bundleClient(dirname(BUNDLE))
}
