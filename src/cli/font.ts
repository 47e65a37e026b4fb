// Which characters a font has: the table `cmap` of a TrueType file, subtables of formats 4 and 12
// (learn.microsoft.com/typography/opentype/spec/cmap).

const WORD = 2
const LONG = 4

interface Characters {
  /** Of a text, the characters that the font has not, each once, in their order; what is never drawn is passed over. */
  lacking(text: string): readonly string[]
}

/** Joiners, direction marks, selectors of variants: they shape what is beside them and have no shape of their own. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\s]/u

export function charactersOf(font: Uint8Array): Characters {
  const has = mapOf(new DataView(font.buffer, font.byteOffset, font.byteLength))
  return {
    lacking: (text) => [
      ...new Set([...text].filter((character) => !UNSEEN.test(character) && !has(character.codePointAt(0)!))),
    ],
  }
}

function mapOf(font: DataView): (point: number) => boolean {
  const cmap = tableAt(font, 'cmap')
  const subtables = Array.from({ length: font.getUint16(cmap + WORD) }, (_, i) => {
    const at = cmap + font.getUint32(cmap + LONG + i * 8 + LONG)
    return { at, format: font.getUint16(at) }
  })
  const whole = subtables.find(({ format }) => format === 12)
  if (whole) return inGroups(font, whole.at)
  const basic = subtables.find(({ format }) => format === 4)
  return basic ? inSegments(font, basic.at) : () => false
}

function tableAt(font: DataView, name: string): number {
  for (let i = 0; i < font.getUint16(LONG); i++) {
    const record = 12 + i * 16
    const tag = String.fromCharCode(...[0, 1, 2, 3].map((j) => font.getUint8(record + j)))
    if (tag === name) return font.getUint32(record + 8)
  }
  throw new Error(`the font has no table ${name}`)
}

function inGroups(font: DataView, at: number): (point: number) => boolean {
  const groups = Array.from({ length: font.getUint32(at + 12) }, (_, i) => {
    const group = at + 16 + i * 12
    return [font.getUint32(group), font.getUint32(group + LONG)] as const
  })
  return (point) => groups.some(([first, last]) => point >= first && point <= last)
}

function inSegments(font: DataView, at: number): (point: number) => boolean {
  const count = font.getUint16(at + 6) / 2
  const [ends, starts] = [at + 14, at + 16 + count * WORD]
  const [deltas, offsets] = [starts + count * WORD, starts + 2 * count * WORD]
  return (point) => {
    for (let i = 0; i < count; i++) {
      if (font.getUint16(ends + i * WORD) < point) continue
      const start = font.getUint16(starts + i * WORD)
      if (start > point) return false
      const offset = font.getUint16(offsets + i * WORD)
      if (offset === 0) return (point + font.getUint16(deltas + i * WORD)) % 65_536 !== 0
      return font.getUint16(offsets + i * WORD + offset + (point - start) * WORD) !== 0
    }
    return false
  }
}
