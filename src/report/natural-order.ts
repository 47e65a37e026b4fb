// Names with numbers in the order people count: `core.2` before `core.10`. No locale.

const parts = (text: string): readonly string[] => text.split(/(\d+)/)

/** For `sort`. */
export function naturally(a: string, b: string): number {
  const left = parts(a)
  const right = parts(b)
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i]!, right[i]!]
    if (x === y) continue
    // Every odd part is digits.
    if (i % 2 === 1 && Number(x) !== Number(y)) return Number(x) - Number(y)
    return x < y ? -1 : 1
  }
  return left.length - right.length
}
