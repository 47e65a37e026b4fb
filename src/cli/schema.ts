// `rehearsal schema`: the JSON Schema of scenarios, for editors.

import type { CommandModule } from 'yargs'
import { parts } from '../scenario/parts.ts'
import { jsonSchema } from '../scenario/schema.ts'
import { writeWhole } from './files.ts'

export const schemaCommand: CommandModule<object, { out?: string }> = {
  command: 'schema',
  describe: 'print the JSON Schema of scenarios, for editors',
  builder: (yargs) =>
    yargs
      .option('out', { type: 'string', describe: 'write it to this file' })
      .epilogue(
        'In VS Code (YAML extension), begin a scenario with:\n  # yaml-language-server: $schema=PATH',
      ),
  handler({ out }) {
    const text = `${JSON.stringify(jsonSchema(parts), null, 2)}\n`
    if (out === undefined) process.stdout.write(text)
    else {
      writeWhole(out, text)
      console.log(`wrote ${out}`)
    }
  },
}
