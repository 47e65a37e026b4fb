// Names of processes inside a service's parameters, as a map or a list holds them: a group's name stands for all its instances.

import type { Reference } from '../../parameters.ts'
import { instancesNamed } from '../instances.ts'
import type { Process } from '../process.ts'
import type { World } from '../world.ts'

export const processesOf = (world: World, reference: Reference): Process[] =>
  reference.flatMap(({ name }) => instancesNamed(world.processes, name))
