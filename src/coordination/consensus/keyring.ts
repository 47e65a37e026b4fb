// Who signs what: a statement bears a token that only its signer can make. Modelled: the token is a digest of the words and of a secret
// that follows from the group's key and the signer's name, so whoever has the keyring could forge; no code here does, and a
// process that lies (src/world/faults/byzantine.ts) can sign its own words alone.

import { type Message, SIGN_AGAIN, type SignAgain } from '../../env/index.ts'
import { digest } from './digest.ts'
import { type PbftRequest, type PrePrepare, type Statement, wordsOf } from './pbft-messages.ts'

type Unsigned<S> = Omit<S, 'signature' | 'replica'>

/** The digest of a batch, whatever its view: of the primary's choice and the requests, which are told by their signatures. */
export const digestOf = (value: number, requests: readonly PbftRequest[]): string =>
  digest(`${value}|${requests.map(({ signature }) => signature).join()}`)

/** The process that a client is part of. */
export const processOf = (client: string): string => client.slice(0, client.lastIndexOf('#'))

export class Keyring {
  readonly #key: string
  readonly #self: string
  readonly #secrets = new Map<string, string>()
  /** What has been looked at and found right: it is never changed once it is said. */
  readonly #verified = new WeakSet<object>()
  readonly #signAgain: SignAgain = (lie, truth) => this.#signedLie(lie, truth)

  constructor(key: string, self: string) {
    this.#key = key
    this.#self = self
  }

  sign<S extends Statement>(words: Unsigned<S>): S {
    const said = { ...words, replica: this.#self, signature: '', [SIGN_AGAIN]: this.#signAgain }
    said.signature = this.#signatureOf(this.#self, said as unknown as S)
    this.#verified.add(said)
    return said as unknown as S
  }

  prePrepare(view: number, sequence: number, value: number, requests: readonly PbftRequest[]): PrePrepare {
    const digest = digestOf(value, requests)
    return this.sign<PrePrepare>({ kind: 'pbft.pre-prepare', view, sequence, digest, value, requests })
  }

  request(client: string, timestamp: number, operation: unknown): PbftRequest {
    const words = { kind: 'pbft.request', client, timestamp, operation, signature: '' } as const
    return { ...words, signature: this.#signatureOf(this.#self, words) }
  }

  /** Whether who is said to have said it has. */
  isGenuine(said: Statement | PbftRequest): boolean {
    if (this.#verified.has(said)) return true
    const signer = said.kind === 'pbft.request' ? processOf(said.client) : said.replica
    const genuine =
      said.signature === this.#signatureOf(signer, said) &&
      (said.kind !== 'pbft.pre-prepare' || this.#isWhole(said))
    if (genuine) this.#verified.add(said)
    return genuine
  }

  /** The batch is what its digest says, and all of it was asked for. */
  #isWhole({ digest, value, requests }: PrePrepare): boolean {
    return digest === digestOf(value, requests) && requests.every((request) => this.isGenuine(request))
  }

  #signatureOf(signer: string, said: Statement | PbftRequest): string {
    let secret = this.#secrets.get(signer)
    if (secret === undefined) {
      secret = digest(`${this.#key}/${signer}`)
      this.#secrets.set(signer, secret)
    }
    return digest(`${secret}|${wordsOf(said)}`)
  }

  /** A lie in what others have signed alone goes out as it is, and is found out. */
  #signedLie(lie: Message, truth: Message): Message {
    const told = ownWords(lie as Statement, truth as Statement)
    if (wordsOf(told) === wordsOf(truth as Statement)) return lie
    const signed: Statement = { ...told, signature: this.#signatureOf(this.#self, told) }
    return signed
  }
}

/** Another choice of the primary makes another batch, of requests that remain what they were. */
function ownWords(lie: Statement, truth: Statement): Statement {
  if (lie.kind !== 'pbft.pre-prepare' || truth.kind !== 'pbft.pre-prepare') return lie
  if (lie.value === truth.value) return lie
  const { requests } = truth
  return { ...lie, requests, digest: digestOf(lie.value, requests) }
}
