// Facts in words, as evidence of a violation.

import type { Fact } from '../../env/fact.ts'
import { quote } from '../../errors.ts'
import type { Nanos } from '../../units.ts'
import type { Evidence, Speaker } from './checker.ts'

/** A fact that may become evidence; its words are found only if it does. */
export class Stated {
  readonly process: string

  constructor(
    readonly at: Nanos,
    by: Speaker,
    readonly fact: Fact,
  ) {
    this.process = by.name
  }

  get evidence(): Evidence {
    return { at: this.at, process: this.process, event: factInWords(this.fact) }
  }
}

export const evidenceOf = (at: Nanos, by: Speaker, fact: Fact): Evidence => new Stated(at, by, fact).evidence

/** `"a"`, or `nothing` where the key is not there. */
export const valueInWords = (value: string | null | undefined): string =>
  value === null ? 'nothing' : value === undefined ? 'something' : `"${quote(value, 40)}"`

function factInWords(fact: Fact): string {
  switch (fact.fact) {
    case 'proposed':
    case 'decided':
      return `${fact.fact} ${fact.group}[${fact.instance}] = ${valueInWords(fact.value)}`
    case 'elected':
      return `elected leader of ${fact.group} in term ${fact.term}`
    case 'submitted':
      return `submitted ${fact.task} to ${fact.queue}${fact.once ? ', to be done once' : ''}`
    case 'done':
    case 'dropped':
      return `${fact.fact} ${fact.task} of ${fact.queue}`
    case 'produced':
    case 'consumed':
      return `${fact.fact} ${fact.stream}: number ${fact.sequence} of ${fact.producer}`
    case 'invoked':
      return fact.op === 'read'
        ? `began to read ${fact.key} of ${fact.store}`
        : `began to write ${fact.key} of ${fact.store} = ${valueInWords(fact.value)}`
    case 'returned':
      return `operation ${fact.operation} of ${fact.store} ended: ${fact.outcome}`
    case 'credited':
      return `${fact.ledger}: ${signed(fact.by)} to ${fact.account}`
    case 'issued':
      return `${fact.ledger}: ${signed(fact.by)} issued`
    case 'spawned':
    case 'reaped':
      return `${fact.fact} ${fact.child}`
    case 'bound':
    case 'unbound':
      return `${fact.fact} port ${fact.port}`
    case 'progress':
      return `progress of ${fact.of}`
    case 'asked':
      return `asked for ${fact.of}`
    case 'answered':
      return `${fact.of}: ${fact.ok ? 'answered' : 'not answered'}`
  }
}

const signed = (by: number): string => (by < 0 ? String(by) : `+${by}`)
