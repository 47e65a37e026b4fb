import { expect, test } from 'vitest'
import { explain } from '../../src/cli/command-line.ts'
import { ModuleError } from '../../src/world/world.ts'

const said = (error: unknown): { code: number; text: string } => {
  let text = ''
  const code = explain(error, {
    complain: (more) => {
      text += more
    },
  })
  return { code, text }
}

test('a bug of ours ends in 70 and shows where', () => {
  const { code, text } = said(new TypeError('x is not a function'))
  expect(code).toBe(70)
  expect(text).toMatch(/^rehearsal: a bug of ours, please report it\nTypeError: x is not a function\n {4}at /)
})

test('what a module threw ends in 70 and is told by its message', () => {
  expect(said(new ModuleError('queen threw at 3 s'))).toEqual({
    code: 70,
    text: 'rehearsal: a bug of ours, please report it\nqueen threw at 3 s',
  })
})

test('what is thrown and no error is told too', () => {
  expect(said('what').text).toBe('rehearsal: a bug of ours, please report it\nwhat')
})
