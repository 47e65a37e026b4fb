// Modules by their paths alone, as another thread gets them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadModule, loadModulesOf } from '../../src/modules/modules.ts'
import { moduleKey } from '../../src/scenario/modules.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-modules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const written = (name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const naming = (file: string): Scenario =>
  ({
    coordinators: { it: { kind: 'any', module: { file }, on: ['front'], count: 1, values: {} } },
  }) as unknown as Scenario

const TWO = `import { defineCoordinator } from 'rehearsal'
enum Name { Left = 'left' }
export default defineCoordinator({ name: Name.Left, meaning: 'x', parameters: {}, create: () => ({}) })
`

describe('a scenario as plain data', () => {
  test('is enough to load its modules by', async () => {
    const file = written('left.ts', TWO)
    const scenario = JSON.parse(JSON.stringify(naming(file))) as Scenario
    const modules = await loadModulesOf(scenario)
    expect(modules.get(moduleKey({ file }))?.name).toBe('left')
  })

  test('whose module is gone, or broken, is refused by both ways of loading', async () => {
    const broken = written('broken.ts', 'export default = 1\n')
    await expect(loadModulesOf(naming(broken))).rejects.toThrow('cannot be read as code')
    await expect(loadModule({ file: broken })).rejects.toThrow('cannot be read as code')
    const gone = join(folder, 'gone.ts')
    await expect(loadModule({ file: gone })).rejects.toThrow('no such file')
    await expect(loadModulesOf(naming(gone))).rejects.toThrow('no such file')
  })
})
