// What a process saves is written to its host's disk and synced; only then is it what a crash leaves.

import { type Account, MAILBOX, RefusedError, SERVICE, Wait, type Waiter } from '../env/index.ts'
import type { Nanos } from '../units.ts'
import type { MailboxItem } from './behaviour.ts'
import { jsonBytes } from './message-size.ts'
import type { Process } from './process.ts'

export class Save extends Wait<void> implements MailboxItem {
  logged = -1
  #waiter: Waiter | undefined
  #syncedAt: Nanos = 0

  constructor(
    readonly process: Process,
    readonly state: unknown,
  ) {
    super()
  }

  get label(): string {
    return 'saved'
  }

  start(waiter: Waiter): void {
    const { process } = this
    const { disk } = process.host
    const { epoch } = process
    this.#waiter = waiter
    this.logged = process.cause
    const bytes = jsonBytes(this.state)
    const stop = disk.write(bytes, () => {
      if (process.epoch === epoch) disk.sync(() => this.#synced(epoch, bytes))
    })
    if (!stop)
      process.wakeFailed(waiter, new RefusedError(507, `${process.host.name}: no space left on device`))
  }

  #synced(epoch: number, bytes: number): void {
    const { process } = this
    if (process.epoch !== epoch) return
    this.#syncedAt = process.now()
    process.host.disk.remove(process.savedBytes)
    process.saved = this.state
    process.savedBytes = bytes
    process.accept(this)
  }

  /** What is under way to the disk may still arrive there. */
  cancel(): void {
    this.#waiter = undefined
  }

  begin(): boolean {
    return this.#waiter !== undefined
  }

  paid(): void {}

  run(): void {
    this.#waiter?.resume(undefined)
  }

  override attribute(account: Account, elapsed: Nanos): void {
    const waited = this.process.now() - this.#syncedAt
    account.add(SERVICE, elapsed - waited)
    account.add(MAILBOX, waited)
  }
}
