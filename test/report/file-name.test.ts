import fc from 'fast-check'
import { expect, test } from 'vitest'
import { safeFileName } from '../../src/report/file-name.ts'
import { HOSTILE } from './sample-results.ts'

test('names that are safe stay', () => {
  expect(safeFileName('multi-container')).toBe('multi-container')
  expect(safeFileName('setup.time.mean')).toBe('setup.time.mean')
})

test('nothing leaves the folder, hides, or is a device', () => {
  expect(safeFileName('../../../etc/passwd')).toBe('etc-passwd')
  expect(safeFileName('.hidden')).toBe('hidden')
  expect(safeFileName('NUL')).toBe('_nul')
  expect(safeFileName('com1.txt')).toBe('_com1.txt')
  expect(safeFileName('幅の広い')).toBe('unnamed')
  expect(safeFileName('')).toBe('unnamed')
})

test('whatever the text, the name has only lower-case letters, digits, dots between them, and dashes', () => {
  const holds = (text: string) => {
    const name = safeFileName(text)
    expect(name).toMatch(/^_?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/)
    expect(name).not.toContain('..')
    expect(name.length).toBeLessThanOrEqual(81)
  }
  HOSTILE.forEach(holds)
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), holds))
})
