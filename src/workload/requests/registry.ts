// Every kind of request that a scenario may name: one file and one line each.

import { broadcast } from './broadcast.ts'
import { exec } from './exec.ts'
import { generate } from './generate.ts'
import { http } from './http.ts'
import { infer } from './infer.ts'
import { job } from './job.ts'
import { publish } from './publish.ts'
import { redis } from './redis.ts'
import type { RequestKind } from './request-kind.ts'
import { search } from './search.ts'
import { sql } from './sql.ts'
import { state } from './state.ts'
import { tool } from './tool.ts'
import { upsert } from './upsert.ts'

/** By kind, in alphabetical order. */
export const requests: Readonly<Record<string, RequestKind>> = {
  broadcast,
  exec,
  generate,
  http,
  infer,
  job,
  publish,
  redis,
  search,
  sql,
  state,
  tool,
  upsert,
}
