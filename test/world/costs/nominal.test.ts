// The nominal table against what is named in the code: whatever may be charged has a figure.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { methods } from '../../../src/coordination/allocation/methods.ts'
import { coordinators } from '../../../src/coordination/registry.ts'
import { nominalTable } from '../../../src/world/costs/costs.ts'
import { nominal } from '../../../src/world/costs/nominal.ts'
import { unmeasured } from '../../../src/world/costs/unmeasured.ts'

const ROOT = 'src/coordination'
const SOURCES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(ROOT, name), 'utf8'))

const OF_MESSAGES = ['message/receive', 'message/send', 'signature/sign', 'signature/verify']

/** Coordinators that take the 20 µs of a handler nobody has measured, and why. */
const BY_DEFAULT: Readonly<Record<string, string>> = {}

describe('the nominal cost table', () => {
  const names = Object.keys(nominalTable.entries)

  test('has an entry for every operation that a coordinator names (else: a bench in src/bench/costs/, or a guess in unmeasured.ts)', () => {
    const written = SOURCES.flatMap((text) =>
      [...text.matchAll(/\boperation: '([^']+)'/g)].map(([, name]) => name!),
    )
    const named = [...written, ...Object.keys(methods)]
    expect(named.filter((name) => !names.includes(name))).toEqual([])
  })

  test('has an entry for every coordinator, or a reason why it takes the default', () => {
    const known = Object.keys(coordinators)
    const without = known.filter((name) => !names.includes(name))
    expect(without.sort()).toEqual(Object.keys(BY_DEFAULT).sort())
    const strays = names.filter((name) => name.includes('/') && !known.includes(name.split('/')[0]!))
    expect(strays.sort()).toEqual(OF_MESSAGES)
  })

  test('has what every message costs besides its handling', () => {
    expect(names).toEqual(expect.arrayContaining(OF_MESSAGES))
  })

  test('guesses nothing that is measured', () => {
    expect(Object.keys(unmeasured).filter((name) => name in nominal.entries)).toEqual([])
  })

  test('grows from point to point, and its p99 lies above its p50', () => {
    for (const { points } of Object.values(nominalTable.entries)) {
      const sizes = points.map(([size]) => size)
      expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b))
      for (const [, ns, p99] of points) {
        expect(ns).toBeGreaterThan(0)
        if (p99 !== undefined) expect(p99).toBeGreaterThanOrEqual(ns)
      }
    }
  })
})
