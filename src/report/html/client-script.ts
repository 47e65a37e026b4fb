// The scripts of result pages, as `client-bundle.mjs` makes them from src/report/client/.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { invariant, ScenarioError } from '../../errors.ts'

/** Leads to the same folder from src/ and from dist/. */
const FOLDER = new URL('../../../dist/report/', import.meta.url)

/**
 * `client` is what every page runs, `drawing` what draws its charts anew. Where it was not built, a ScenarioError says how to.
 */
export function clientScript(name: 'client' | 'drawing'): string {
  const file = fileURLToPath(new URL(`${name}.js`, FOLDER))
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new ScenarioError([
      {
        message: `the script of result pages is not built: there is no ${file}`,
        hint: `npm run build, or it alone: node client-bundle.mjs ${fileURLToPath(FOLDER)}`,
      },
    ])
  }
  invariant(name !== 'client' || !/<\/script|<!--/i.test(text), `${file} would end its own element`)
  return text
}
