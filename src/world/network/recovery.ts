// What a stream needs once something may be lost; most never do, and have none.

import type { Link } from './link.ts'
import { Losses } from './losses.ts'
import type { TcpValues } from './parameters.ts'
import { RoundTrip } from './round-trip.ts'
import { Window } from './window.ts'

export class Recovery {
  readonly window: Window
  readonly losses = new Losses()
  readonly roundTrip: RoundTrip

  constructor(there: Link, back: Link, tcp: TcpValues) {
    const { initialWindow, receiveWindow, segment } = tcp
    this.window = new Window(initialWindow, Math.max(1, Math.floor(receiveWindow / segment)))
    this.roundTrip = new RoundTrip(there, back, tcp)
  }
}
