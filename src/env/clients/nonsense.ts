// An answer that is none: what comes of a peer that has lost its mind. Whoever asks must look at what it gets.

import type { Message } from '../env.ts'

export const NONSENSE: Message = Object.freeze({ kind: 'nonsense', bytes: 200 })
