// Credits are conserved: the accounts of a ledger hold together what was issued into it. Between the debit and the credit of
// a transfer some may be under way, for as long as the scenario allows, or for ever: then the end tells.
// No account has less than nothing, unless the scenario says that it may.

import { duration, flag, optional } from '../../parameters.ts'
import { format, formatNumber, type Nanos } from '../../units.ts'
import { Sum } from '../sum.ts'
import { defineChecker } from './checker.ts'
import { Stated } from './fact-words.ts'
import { counted } from './verdicts.ts'
import { entryOf } from './window.ts'

/** Rounding of sums in double precision, and no more. */
const TOLERANCE = 1e-9

const LAST_FACTS = 6

class Ledger {
  readonly accounts = new Map<string, Sum>()
  /** Of all accounts, less what was issued. */
  readonly surplus = new Sum()
  /** The most that ever moved at once, as the measure of rounding. */
  most = 0
  /** Since when it does not balance. */
  since: Nanos | undefined
  readonly last: Stated[] = []

  constructor(readonly name: string) {}

  get balanced(): boolean {
    return Math.abs(this.surplus.value) <= TOLERANCE * this.most
  }

  move(stated: Stated, by: number): void {
    this.surplus.add(by)
    this.most = Math.max(this.most, Math.abs(by))
    this.last.push(stated)
    if (this.last.length > LAST_FACTS) this.last.shift()
    if (this.balanced) this.since = undefined
    else this.since ??= stated.at
  }
}

export const credits = defineChecker({
  name: 'credits',
  meaning: 'the accounts of a ledger hold together what was issued, and none less than nothing',
  parameters: {
    within: optional(
      duration({
        meaning: 'for how long credits can be under way; without it, until nothing is left to do',
      }),
    ),
    overdraft: flag({ meaning: 'whether an account can have less than nothing', default: false }),
  },
  create({ within = Number.POSITIVE_INFINITY, overdraft }, violated) {
    const ledgers = new Map<string, Ledger>()
    const ledgerOf = (name: string) => entryOf(ledgers, name, () => new Ledger(name))
    const imbalance = ({ surplus }: Ledger) =>
      `${formatNumber(Math.abs(surplus.value))} ${surplus.value > 0 ? 'more' : 'less'} than was issued`

    function unbalanced(at: Nanos, ledger: Ledger, when: string): void {
      violated(at, () => ({
        what: `the accounts of ${ledger.name} hold ${imbalance(ledger)}, ${when}`,
        events: ledger.last.map(({ evidence }) => evidence),
      }))
      ledger.since = undefined
    }
    function judge(at: Nanos, ledger: Ledger): void {
      if (ledger.since !== undefined && at - ledger.since > within)
        unbalanced(at, ledger, `since ${format(at - ledger.since, 'ns')}`)
    }
    return {
      hears: {
        credited(at, by, fact) {
          const ledger = ledgerOf(fact.ledger)
          judge(at, ledger)
          const account = entryOf(ledger.accounts, fact.account, () => new Sum())
          const before = account.value
          account.add(fact.by)
          ledger.move(new Stated(at, by, fact), fact.by)
          if (overdraft || fact.by >= 0 || account.value >= -TOLERANCE * ledger.most) return
          violated(at, () => ({
            what: `account ${fact.account} of ${ledger.name} has ${formatNumber(account.value)}: it had ${formatNumber(before)} when ${formatNumber(-fact.by)} went`,
            events: ledger.last.map(({ evidence }) => evidence),
          }))
        },
        issued(at, by, fact) {
          const ledger = ledgerOf(fact.ledger)
          judge(at, ledger)
          ledger.move(new Stated(at, by, fact), -fact.by)
        },
      },
      finish(at, rest) {
        if (ledgers.size === 0) return undefined
        const all = [...ledgers.values()]
        for (const ledger of all) judge(at, ledger)
        const open = all.filter(({ since }) => since !== undefined)
        if (rest) for (const ledger of open) unbalanced(at, ledger, 'with nothing left to do')
        const accounts = all.reduce((sum, ledger) => sum + ledger.accounts.size, 0)
        const told = `${counted(accounts, 'account')} of ${counted(all.length, 'ledger')}`
        return open.length === 0
          ? { pass: true, detail: `${told} balanced at the end` }
          : {
              pass: null,
              detail: `${told}; when the run ended, ${open[0]!.name} held ${imbalance(open[0]!)}, perhaps under way`,
            }
      },
    }
  },
})
