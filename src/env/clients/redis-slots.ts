// Where a key lives in a Redis Cluster: CRC16 (XMODEM: polynomial 0x1021, begun with 0) of the key, or of the part of it
// in braces, modulo 16,384. Source: Redis Cluster specification, "Key distribution model" and "Hash tags".

export const SLOTS = 16_384

const POLYNOMIAL = 0x1021

/** Checksums of the 256 bytes. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1
  return crc & 0xffff
})

const added = (crc: number, byte: number): number =>
  ((crc << 8) & 0xffff) ^ TABLE[((crc >> 8) ^ byte) & 0xff]!

/** CRC16 of a text in UTF-8. */
export function crc16(text: string): number {
  let crc = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return crcOfBytes(new TextEncoder().encode(text))
    crc = added(crc, code)
  }
  return crc
}

const crcOfBytes = (bytes: Uint8Array): number => bytes.reduce(added, 0)

/** What is hashed of a key: what stands in the first braces, if anything does. */
function hashed(key: string): string {
  const open = key.indexOf('{')
  if (open < 0) return key
  const close = key.indexOf('}', open + 1)
  return close > open + 1 ? key.slice(open + 1, close) : key
}

export const slotOf = (key: string): number => crc16(hashed(key)) % SLOTS
