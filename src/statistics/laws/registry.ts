// The registry of laws: one line each.

import { amdahl } from './amdahl.ts'
import { availability } from './availability.ts'
import type { LawDefinition } from './law.ts'
import { md1 } from './m-d-1.ts'
import { mg1 } from './m-g-1.ts'
import { mg1interrupted } from './m-g-1-interrupted.ts'
import { mg1ps } from './m-g-1-ps.ts'
import { mm1 } from './m-m-1.ts'
import { mmc } from './m-m-c.ts'
import { mmck } from './m-m-c-k.ts'
import { machineRepairman } from './machine-repairman.ts'
import { priority } from './priority.ts'
import { supermarket } from './supermarket.ts'
import { tandem } from './tandem.ts'

export type { LawDefinition, LawFigure } from './law.ts'

export const laws: Readonly<Record<string, LawDefinition>> = {
  'm/m/1': mm1,
  'm/m/c': mmc,
  'm/m/c/k': mmck,
  'm/d/1': md1,
  'm/g/1': mg1,
  'm/g/1/ps': mg1ps,
  'm/g/1/interrupted': mg1interrupted,
  'm/g/1/priority': priority,
  tandem,
  supermarket,
  'machine-repairman': machineRepairman,
  amdahl,
  availability,
}
