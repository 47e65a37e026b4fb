// The registry of a gate's reporters: one line each.

import { github } from './github.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { ndjson } from './ndjson.ts'
import type { Reporter } from './reporter.ts'
import { terminal } from './terminal.ts'

export const reporters: Readonly<Record<string, Reporter>> = {
  terminal,
  markdown,
  github,
  junit,
  json,
  ndjson,
}
