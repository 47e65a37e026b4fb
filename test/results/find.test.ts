import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { resultFolders } from '../../src/results/find.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rehearsal-find-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const put = (...files: readonly string[]): void => {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '')
  }
}

test('finds results in the folder and at any depth below, in a fixed order, and nothing else', () => {
  put(
    'result.json',
    'b/result.json',
    'a/c/result.json',
    'a/result.json',
    'd/results.json',
    'e/result.json.tmp',
  )
  mkdirSync(join(root, 'f/result.json'), { recursive: true })
  expect(resultFolders(root)).toEqual(['', 'a', 'a/c', 'b'])
})

test('passes over hidden folders and packages', () => {
  put('.git/result.json', 'node_modules/x/result.json', 'seen/result.json')
  expect(resultFolders(root)).toEqual(['seen'])
})

test('follows no symbolic link, neither out of the folder nor in a circle', () => {
  put('in/result.json', 'out/result.json')
  const inside = join(root, 'in')
  symlinkSync('../out', join(inside, 'link'))
  symlinkSync('..', join(inside, 'circle'))
  mkdirSync(join(inside, 'file'))
  symlinkSync('../../out/result.json', join(inside, 'file/result.json'))
  expect(resultFolders(inside)).toEqual([''])
})
