// Names of files made from names in scenarios: nothing that leaves the folder, hides, or is a device on Windows.

const LONGEST = 80
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/

/** Lower-case letters, digits, dots and dashes; at most 80; never empty, hidden, or a name that Windows keeps. */
export function safeFileName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]*\.[^a-z0-9]*/g, '.')
    .replace(/[^a-z0-9.]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^[.-]+|[.-]+$/g, '')
  if (name === '') return 'unnamed'
  return DEVICE.test(name) ? `_${name}` : name
}
