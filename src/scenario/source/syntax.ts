// What the YAML parser says, in the words of someone who writes a scenario.

import type { YAMLParseError } from 'yaml'
import { printable } from '../../errors.ts'

interface Reworded {
  readonly message: string
  readonly hint?: string
  readonly offset: number
}

/** Words for one error of the parser's; the first in a file is told, since the others mostly follow from it. */
export function reworded(error: YAMLParseError, text: string): Reworded {
  return { offset: error.pos[0], ...words(error, text) }
}

type Words = Omit<Reworded, 'offset'> & Partial<Reworded>

function words(error: YAMLParseError, text: string): Words {
  const at = error.pos[0]
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1).split('\n', 1)[0]!
  if (/[{[,]\s*[^'"]*\$\{/.test(line) && /^(UNEXPECTED_TOKEN|BAD_INDENT|MISSING_CHAR)$/.test(error.code))
    return { message: 'unexpected { after $', hint: `within [ ] and { }, put it in quotes: "\${…}"` }
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { message: 'a tab in the indentation; expected spaces' }
    case 'BAD_SCALAR_START':
      return { message: `a value cannot begin with ${printable(text[at] ?? '')}`, hint: 'put it in quotes' }
    case 'BAD_DQ_ESCAPE':
      return {
        message: `${printable(error.message.replace(/^Invalid/, 'invalid'))}`,
        hint: "write \\\\ for a backslash, or use '…'",
      }
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        message: 'a mapping cannot begin within a value',
        hint: 'look at the indentation; a text with ": " in it belongs in quotes',
      }
    case 'MISSING_CHAR':
    case 'BAD_INDENT':
      return unclosed(error, text)
    default:
      return { message: plainly(error.message) }
  }
}

function unclosed({ code, message, pos: [at] }: YAMLParseError, text: string): Words {
  const quote = /closing (["'])quote/.exec(message)?.[1]
  if (quote) return { message: `${quote} is never closed`, offset: text.lastIndexOf(quote, at - 1) }
  const brackets = /\bflow map/i.test(message) ? '{}' : /\bflow seq/i.test(message) ? '[]' : undefined
  if (brackets) {
    const rest = code === 'BAD_INDENT' ? ', or what is in it is not indented' : ''
    return { message: `${brackets[0]} is never closed${rest}`, offset: opening(brackets, text, at) }
  }
  const hint = /key|colon|:/i.test(message) ? { hint: 'a mapping has lines of the form "key: value"' } : {}
  return { message: plainly(message), ...hint }
}

/** Where the bracket stands that is still open at this place. */
function opening(brackets: string, text: string, at: number): number {
  let open = 1
  for (let i = at - 1; i >= 0; i--) {
    if (text[i] === brackets[1]) open++
    else if (text[i] === brackets[0] && --open === 0) return i
  }
  return at
}

/** The parser's own sentence, without the names of its tokens. */
const plainly = (message: string): string =>
  printable(
    message
      .replace(
        /^Unexpected [a-z-]+ token in YAML stream: "(.*)"$/s,
        (_, token: string) => `unexpected ${token.slice(0, 20)}`,
      )
      .replace(/^Unexpected scalar at node end$/, 'unexpected text after the end of a value')
      .replace(
        /^Unexpected flow-(?:map|seq)-(?:start|end) at node end$/,
        'unexpected bracket after the end of a value',
      )
      .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()),
  )
