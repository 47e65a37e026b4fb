// Every kind of arrivals that a scenario may name: one file and one line each.

import type { ArrivalKind } from './arrival-process.ts'
import { bursty } from './bursty.ts'
import { closed } from './closed.ts'
import { constant } from './constant.ts'
import { onOff } from './on-off.ts'
import { once } from './once.ts'
import { poisson } from './poisson.ts'
import { ramp } from './ramp.ts'
import { steps } from './steps.ts'

/** By kind, in alphabetical order. */
export const arrivals: Readonly<Record<string, ArrivalKind>> = {
  bursty,
  closed,
  constant,
  'on-off': onOff,
  once,
  poisson,
  ramp,
  steps,
}
