// What a signature costs: Ed25519 (RFC 8032) by Node's crypto, over the words of a statement of a Byzantine protocol. Codes that
// only two can make (HMAC) are a twentieth of that; who uses them sets `signature/sign` and `signature/verify` in the scenario.

import { generateKeyPairSync, sign, verify } from 'node:crypto'
import type { OperationBench } from './bench.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const words = (size: number): Buffer => Buffer.alloc(size, 'pbft.prepare|7|1234|')

const terms = { size: 'bytes', sizes: [200, 10_000], growth: 'n' } as const

export const signatures: readonly OperationBench[] = [
  {
    operation: 'signature/sign',
    ...terms,
    prepare(size) {
      const text = words(size)
      return () => sign(null, text, privateKey)
    },
  },
  {
    operation: 'signature/verify',
    ...terms,
    prepare(size) {
      const text = words(size)
      const signature = sign(null, text, privateKey)
      return () => {
        if (!verify(null, text, publicKey, signature)) throw new Error('a genuine signature is refused')
        return signature
      }
    },
  },
]
