// How a liar signs its lies: a message that is signed may carry how its sender signs it again once it says something else. Nobody
// but the sender can, so what others have signed cannot be changed unnoticed. It is no part of what is sent.

import type { Message } from './env.ts'

export const SIGN_AGAIN: unique symbol = Symbol('sign again')

/** What its sender makes of a lie told in the place of the truth. */
export type SignAgain = (lie: Message, truth: Message) => Message

/** A message that its sender can sign again. */
export interface SignedMessage extends Message {
  readonly [SIGN_AGAIN]?: SignAgain
}
