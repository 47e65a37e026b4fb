import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openWorktree } from '../../src/cli/worktree.ts'
import { inEmptyFolder, rehearsal } from './session.ts'

inEmptyFolder()

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' })

/** A repository whose build copies its source. */
function repository(name: string): void {
  const build = "node -e \"fs.cpSync('src','dist',{recursive:true})\""
  writeFileSync('package.json', JSON.stringify({ name, scripts: { build } }))
  writeFileSync('package-lock.json', '{}')
  mkdirSync('src', { recursive: true })
  writeFileSync('src/it.txt', 'old')
  if (!existsSync('.git')) git('init', '-q')
  git('add', 'package.json', 'package-lock.json', 'src')
  git('commit', '-qm', name)
  mkdirSync('node_modules', { recursive: true })
}

describe('another revision', () => {
  test('is built apart from what is here, and nothing is left of it', () => {
    repository('rehearsal')
    writeFileSync('src/it.txt', 'new')
    const said: string[] = []
    const worktree = openWorktree('HEAD', (text) => said.push(text))
    expect(readFileSync(join(worktree.build, 'it.txt'), 'utf8')).toBe('old')
    expect(existsSync(join(worktree.build, '../node_modules'))).toBe(true)
    expect(said).toEqual(['building HEAD'])
    worktree.close()
    expect(existsSync(worktree.build)).toBe(false)
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1)
    expect([readFileSync('src/it.txt', 'utf8'), existsSync('dist')]).toEqual(['new', false])
    expect(existsSync('node_modules')).toBe(true)
  })

  test('that is none, or none of ours, is refused, and nothing is left of it either', () => {
    repository('other')
    expect(() => openWorktree('HEAD', () => {})).toThrow('no revision of rehearsal')
    expect(() => openWorktree('HEAD~99', () => {})).toThrow('unknown revision')
    expect(() => openWorktree('--help', () => {})).toThrow('unknown revision')
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1)
  })
})

describe('a suite', () => {
  const main = fileURLToPath(new URL('../../dist/bench/main.js', import.meta.url))
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })

  test('that another build has not has no rows there', () => {
    mkdirSync('old/bench', { recursive: true })
    expect(run('loop', '--build', `${process.cwd()}/old`, '--json')).toMatchObject({
      status: 0,
      stdout: '{"loop":[]}\n',
    })
  })

  test('that fails is told by what it threw alone, and a mistake by how it is used', () => {
    mkdirSync('bad/bench', { recursive: true })
    writeFileSync(
      'bad/bench/kernel-loop.js',
      "export const measure = () => { throw new Error('no such thing') }",
    )
    const broken = run('loop', '--build', `${process.cwd()}/bad`, '--json')
    expect([broken.status, broken.stderr]).toEqual([1, 'no such thing\n'])
    const mistaken = run('--agianst', 'HEAD')
    expect([mistaken.status, mistaken.stderr]).toEqual([
      2,
      expect.stringMatching(/^Unknown option '--agianst'\nnpm run bench -- /),
    ])
  })
})

describe('mistakes', () => {
  test.each([
    [['lop'], 'loop'],
    [['loop', '--only', 'hash-ring'], 'bench costs --only hash-ring'],
    [['costs', '--only', 'hash-rign'], 'did you mean "hash-ring"?'],
    [['--rounds', '1'], 'from 2'],
    [['--fail-over', '5%'], '--against'],
    [['--against', 'HEAD', '--fail-over', 'much'], 'such as 5%'],
  ])('%j is named with the mend', async (args, said) => {
    expect(await rehearsal('bench', ...args)).toMatchObject({ code: 2, err: expect.stringContaining(said) })
  })
})
