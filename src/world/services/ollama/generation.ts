// One request for text on its way through the server, with the times that its reply tells.

import { type GenerateReply, type GenerateRequest, RefusedError } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { LoadedModel } from './loaded-model.ts'
import type { Model } from './models.ts'

/** Bytes on the wire [D]: one NDJSON line a token, a token's text where nothing is streamed, the last line. */
const LINE_BYTES = 110
const TEXT_BYTES = 4
const LAST_LINE_BYTES = 350

export class Generation {
  /** The caller has closed its connection. */
  gone = false
  /** The loaded model it uses: waits at, or runs on. */
  user: LoadedModel | undefined
  /** Its runner was there. */
  readyAt: Nanos = 0
  /** It got a slot. */
  startedAt: Nanos = 0
  firstTokenAt: Nanos = 0
  /** Prompt tokens computed, those of the cache not counted. */
  computed = 0
  generated = 0

  constructor(
    readonly envelope: Envelope,
    readonly request: GenerateRequest,
    readonly model: Model,
    readonly numCtx: number,
    readonly threads: number,
    readonly arrivedAt: Nanos,
  ) {}

  get streamed(): boolean {
    return this.request.stream ?? true
  }

  /** Answers; a request without a prompt only loads the model, and its runner's readiness is its end. */
  reply(now: Nanos): void {
    const generating = this.generated > 0
    const message: GenerateReply = {
      kind: 'ollama.generated',
      model: this.model.name,
      bytes: (this.streamed ? LINE_BYTES : TEXT_BYTES) * this.generated + LAST_LINE_BYTES,
      totalDuration: now - this.arrivedAt,
      loadDuration: this.readyAt - this.arrivedAt,
      promptEvalCount: this.computed,
      promptEvalDuration: generating ? this.firstTokenAt - this.startedAt : 0,
      evalCount: this.generated,
      evalDuration: generating ? now - this.firstTokenAt : 0,
      firstTokenAfter: (generating ? this.firstTokenAt : now) - this.arrivedAt,
    }
    this.envelope.reply(message)
  }

  refuse(status: number, text: string): void {
    this.envelope.refuse(new RefusedError(status, text))
  }
}
