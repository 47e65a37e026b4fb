// Events of a run as a person reads them: what is known to the code by a class's name has words here.

import type { SeenEvent } from '../explain/event-log.ts'

const WORDS: Readonly<Record<string, string>> = {
  timer: 'a timer is due',
  slept: 'a sleep is over',
  Runner: 'a step of a model is over',
  Cgroup: 'a limit of CPU time sets in or ends',
  Memory: 'memory is short',
  Line: 'a message has passed a link',
  Passage: 'a packet has passed a link',
  FluidWay: 'a message has passed a link',
  Stream: 'a round trip or a wait of a stream is over',
  Connection: 'a step of a connection is over',
  HealthMonitor: 'a health check is due, or given up',
  Operation: 'a disk is ready to read or write',
  Container: 'a container starts or ends',
  Pauses: 'a pause begins or ends',
}

/** `a step of a model is over at ollama.1`. */
export const eventText = ({ name }: Pick<SeenEvent, 'name'>): string =>
  name.replace(/^(\w+)(?: \(\d+\))?(?= at |$)/, (whole, known: string) =>
    Object.hasOwn(WORDS, known) ? WORDS[known]! : whole,
  )
