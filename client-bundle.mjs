// Bundles what result pages run: `client.js`, which every page has, and `drawing.js`, which draws charts anew and is
// in pages that have something to filter. Both are plain scripts; the same lock file gives the same bytes.
//
//   node client-bundle.mjs [folder]     into dist/report, or into `folder`

import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const ROOT = dirname(fileURLToPath(import.meta.url))
const NOTICE =
  '/* Has parts of Vega and Vega-Lite (BSD-3-Clause, University of Washington Interactive Data Lab), D3 (ISC, Mike Bostock), simple-statistics (ISC, Tom MacWright), fflate (MIT, Arjun Barrett). */'

/** Vega without maps, forces, trees, word clouds and whatever else no chart of ours has: half a megabyte less to read. */
const LESS_OF_VEGA = `
import { extend } from 'vega-util'
import { transforms } from 'vega-dataflow'
import * as data from 'vega-transforms'
import * as view from 'vega-view-transforms'
import * as encode from 'vega-encode'
extend(transforms, data, view, encode)
export * from 'vega-util'
export { View } from 'vega-view'
export { parse } from 'vega-parser'
export { textMetrics } from 'vega-scenegraph'
`

const lessOfVega = {
  name: 'less-of-vega',
  load: (id) => (/[\\/]node_modules[\\/]vega[\\/]build[\\/]vega\.module\.js$/.test(id) ? LESS_OF_VEGA : null),
}

async function bundled(input, name) {
  const bundle = await rolldown({
    input: join(ROOT, 'src/report/client', input),
    cwd: ROOT,
    platform: 'browser',
    plugins: [lessOfVega],
    tsconfig: join(ROOT, 'tsconfig.client.json'),
    logLevel: 'warn',
  })
  const { output } = await bundle.generate({
    format: 'iife',
    ...(name === undefined ? {} : { name }),
    minify: true,
    codeSplitting: false,
    sourcemap: false,
  })
  await bundle.close()
  return output[0].code
}

/** Writes both scripts into the folder, each whole or not at all. */
export async function bundleClient(folder) {
  const scripts = {
    'client.js': `/* Has parts of D3 (ISC, Mike Bostock) and fflate (MIT, Arjun Barrett). */\n${await bundled('main.ts')}`,
    'drawing.js': `${NOTICE}\n${await bundled('drawing.ts', 'rehearsalDrawing')}`,
  }
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of Object.entries(scripts)) {
    const beside = join(folder, `${file}.${process.pid}.tmp`)
    writeFileSync(beside, text)
    renameSync(beside, join(folder, file))
  }
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url))
  await bundleClient(resolve(process.argv[2] ?? join(ROOT, 'dist/report')))
