import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Speaker } from '../../../src/observe/checkers/checker.ts'
import { Operation, type Value } from '../../../src/observe/checkers/operations.ts'
import { RegisterHistory } from '../../../src/observe/checkers/register-history.ts'

const caller = (): { -readonly [K in keyof Speaker]: Speaker[K] } => ({
  name: 'caller',
  epoch: 0,
  up: true,
  host: { name: 'host', crashes: 0 },
})

/** One operation of a history; times are places in the order of events. */
interface Op {
  readonly write: boolean
  readonly value: Value
  readonly call: number
  /** Infinity: it never returns. */
  readonly return: number
  readonly outcome: 'ok' | 'failed' | 'unknown' | undefined
}

/** Every order of all that certainly happened and any of what may have, tried one after the other. */
function bruteForce(ops: readonly Op[]): boolean {
  const told = ops.filter(({ write, outcome }) => (write ? outcome !== 'failed' : outcome === 'ok'))
  const must = told.filter(({ outcome }) => outcome === 'ok')
  const place = (placed: ReadonlySet<Op>, value: Value): boolean => {
    const left = must.filter((op) => !placed.has(op))
    if (left.length === 0) return true
    return told.some((op) => {
      if (placed.has(op) || left.some((other) => other.return < op.call)) return false
      if (!op.write && op.value !== value) return false
      return place(new Set([...placed, op]), op.write ? op.value : value)
    })
  }
  return place(new Set(), null)
}

/** What the checker says of the history as it unfolds. */
function judge(ops: readonly Op[], limit = 100_000): 'fine' | 'violation' | 'given-up' {
  const history = new RegisterHistory(limit)
  const gone = caller()
  const made = ops.map(
    ({ write, value, call, outcome }) =>
      new Operation(call, outcome === undefined ? gone : caller(), write, 'k', write ? value : undefined),
  )
  const events = ops
    .flatMap((op, i) => [
      { at: op.call, i, returns: false },
      // Of an unknown outcome the caller hears some time, which means nothing.
      ...(op.outcome === undefined ? [] : [{ at: op.return, i, returns: true }]),
    ])
    .sort((a, b) => a.at - b.at)
  for (const { i, returns } of events) {
    const operation = made[i]!
    const { outcome, write, value } = ops[i]!
    if (returns) {
      operation.outcome = outcome
      if (!write) operation.value = value
    }
    const judgement = returns ? history.return(operation) : history.invoke(operation)
    if (judgement.kind !== 'fine') return judgement.kind
  }
  gone.epoch = 1
  return history.finish().kind
}

const values = fc.constantFrom<Value>(null, '1', '2', '3')
const outcomes = fc.constantFrom<Op['outcome']>('ok', 'ok', 'ok', 'ok', 'failed', 'unknown', undefined)

interface Plan {
  readonly write: boolean
  readonly value: Value
  readonly outcome: Op['outcome']
  /** Three instants: it is called, may take effect, returns. */
  readonly times: readonly number[]
  readonly effect: boolean
  /** A read that says something else than it saw. */
  readonly lies: boolean
}

const plan: fc.Arbitrary<Plan> = fc.record({
  write: fc.boolean(),
  value: values,
  outcome: outcomes,
  times: fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 3, maxLength: 3 }),
  effect: fc.boolean(),
  lies: fc.integer({ min: 0, max: 2 }).map((n) => n === 0),
})

/** A history as a register gives it that applies each operation at its instant, but for the lies. */
function unfold(plans: readonly Plan[]): Op[] {
  const timed = plans.map((each, i) => {
    // Different operations never share an instant.
    const [call, instant, end] = each.times.map((time) => time * plans.length + i).sort((a, b) => a - b)
    return { ...each, call: call!, instant: instant!, end: end! }
  })
  let value: Value = null
  const seen = new Map<Plan, Value>()
  for (const each of [...timed].sort((a, b) => a.instant - b.instant)) {
    const { write, outcome, effect } = each
    if (!write) seen.set(each, value)
    else if (outcome === 'ok' || (outcome !== 'failed' && effect)) value = each.value
  }
  return timed.map((each) => {
    const { write, outcome, call, end, lies } = each
    const told = write || lies ? each.value : seen.get(each)!
    const known = outcome === 'ok' || outcome === 'failed'
    return {
      write,
      value: told,
      call,
      outcome,
      return: known ? end : outcome ? end : Number.POSITIVE_INFINITY,
    }
  })
}

/** As the brute force sees it: what is unknown never returns. */
const unbounded = (ops: readonly Op[]): Op[] =>
  ops.map((op) =>
    op.outcome === 'ok' || op.outcome === 'failed' ? op : { ...op, return: Number.POSITIVE_INFINITY },
  )

describe('the search for an order', () => {
  test('agrees with trying all orders, on linearisable histories and others', () => {
    let linearisable = 0
    let others = 0
    fc.assert(
      fc.property(fc.array(plan, { minLength: 1, maxLength: 7 }), (plans) => {
        const ops = unfold(plans)
        const expected = bruteForce(unbounded(ops))
        if (expected) linearisable++
        else others++
        expect(judge(ops)).toBe(expected ? 'fine' : 'violation')
      }),
      { numRuns: 4000, seed: 1 },
    )
    expect(linearisable).toBeGreaterThan(1000)
    expect(others).toBeGreaterThan(400)
  })

  test('agrees with it where all values are drawn, and few histories are linearisable', () => {
    const random = plan.map((each) => ({ ...each, lies: true }))
    let linearisable = 0
    fc.assert(
      fc.property(fc.array(random, { minLength: 2, maxLength: 7 }), (plans) => {
        const ops = unfold(plans)
        const expected = bruteForce(unbounded(ops))
        if (expected) linearisable++
        expect(judge(ops)).toBe(expected ? 'fine' : 'violation')
      }),
      { numRuns: 4000, seed: 2 },
    )
    expect(linearisable).toBeGreaterThan(300)
    expect(linearisable).toBeLessThan(3700)
  })
})
