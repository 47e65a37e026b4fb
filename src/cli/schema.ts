// `rehearsal schema`: the JSON Schema of scenarios, for editors.

import { parts } from '../scenario/parts.ts'
import { jsonSchema } from '../scenario/schema.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { unbroken, writeWhole } from './files.ts'

export const schema = defineCommand({
  words: [],
  options: { out: { type: 'text', value: 'FILE', meaning: 'write it to this file' } },
  epilogue:
    'In editors with a YAML language server (VS Code’s YAML extension), a scenario\nthat begins with this line is checked as it is written:\n  # yaml-language-server: $schema=FILE',
  async run({ options: { out } }, terminal) {
    const text = `${JSON.stringify(jsonSchema(parts), null, 2)}\n`
    if (out === undefined) terminal.write(text)
    else {
      await unbroken(() => writeWhole(out, text))
      terminal.print(`wrote ${out}`)
    }
    return EXIT.pass
  },
})
