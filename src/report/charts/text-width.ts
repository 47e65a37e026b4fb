// How wide text will be, in pixels, without a canvas to measure it: widths of Helvetica by kind of character.
// The same on every machine, whichever fonts it has.

const NARROW = /[iljtfrI.,:;'|!()[\]{}/\\\- ]/
const WIDE = /[mwMW@%—…]/
const CAPITAL = /[A-Z]/

/** More than Helvetica takes, since other fonts run wider. */
const ALLOWANCE = 1.14

export function textWidth(text: string, fontSize: number): number {
  let ems = 0
  for (const character of text) {
    if (character.codePointAt(0)! > 0x2e80) ems += 1
    else if (NARROW.test(character)) ems += 0.32
    else if (WIDE.test(character)) ems += 0.88
    else ems += CAPITAL.test(character) ? 0.68 : 0.55
  }
  return Math.ceil(ems * fontSize * ALLOWANCE)
}
