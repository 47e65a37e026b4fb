// The disk alarm: while less is free than the limit nobody may publish. The broker looks when it writes, and then from time
// to time until there is enough. Source: rabbitmq.com/docs/disk-alarms. Left out: the space that classic queues take.

import { seconds } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'

/** Time between two looks while the alarm is up. */
const INTERVAL = seconds(1)

export class DiskWatch {
  alarm = false
  readonly #context: ServiceContext
  readonly #limit: number
  readonly #changed: () => void
  #waiting: (() => void)[] = []
  /** Bytes that those who wait want to write. */
  #wanted = 0

  /** @param limit bytes that must be free @param changed called when the alarm is raised or ends */
  constructor(context: ServiceContext, limit: number, changed: () => void) {
    this.#context = context
    this.#limit = limit
    this.#changed = changed
  }

  /** Does something that needs so much room on the disk, now or when there is as much. */
  whenRoom(bytes: number, then: () => void): void {
    if (!this.alarm && this.#isLow(bytes)) this.#raise()
    if (this.alarm) {
      this.#wanted += bytes
      this.#waiting.push(then)
    } else then()
  }

  #isLow(wanted: number): boolean {
    return this.#context.host.disk.free < this.#limit + wanted
  }

  #raise(): void {
    this.alarm = true
    this.#changed()
    this.#lookLater()
  }

  #lookLater(): void {
    this.#context.later(INTERVAL, () => {
      if (this.#isLow(this.#wanted)) {
        this.#lookLater()
        return
      }
      const waiting = this.#waiting
      this.#waiting = []
      this.#wanted = 0
      this.alarm = false
      for (const then of waiting) then()
      this.#changed()
    })
  }
}
