// What any process pays for a message besides handling it: encoding it as JSON and writing it to a TCP socket, reading it from
// one and decoding it. Over the loopback of this machine, 64 connections at once, so that one poll serves many, as in a process
// that has much to do. The kernel's work for the loopback is in it: most of it falls to who writes.
// Left out: TLS, HTTP, other formats than JSON.

import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { OwnBench } from './bench.ts'
import { coreTime } from './measure.ts'

const CONNECTIONS = 64

export const messages: OwnBench = {
  operations: ['message/send', 'message/receive'],
  size: 'bytes',
  sizes: [100, 300, 1000, 3000, 10_000, 30_000, 60_000],
  growth: 'n',
  async prepare(size) {
    let left = 0
    let done = (): void => {}
    const server = createServer((socket) =>
      lines(socket, (line) => {
        if ((JSON.parse(line) as { kind: string }).kind !== 'bench') throw new Error(line)
        if (--left === 0) done()
      }),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(port)))
    const message = messageOf(size)
    return async () => {
      left = CONNECTIONS
      const all = new Promise<void>((resolve) => {
        done = resolve
      })
      const begun = coreTime()
      for (const socket of sockets) socket.write(`${JSON.stringify(message)}\n`)
      const written = coreTime()
      await all
      const read = coreTime()
      const each = 1e6 / CONNECTIONS
      return { 'message/send': (written - begun) * each, 'message/receive': (read - written) * each }
    }
  },
}

/** Fields of a few words each, as most messages have, up to the size. */
function messageOf(size: number): { kind: string; fields: readonly object[] } {
  const fields: object[] = []
  const message = { kind: 'bench', fields }
  while (JSON.stringify(message).length < size)
    fields.push({ id: fields.length, name: `field ${fields.length}`, open: fields.length % 2 === 0 })
  return message
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.setNoDelay(true)
      resolve(socket)
    })
  })
}

function lines(socket: Socket, take: (line: string) => void): void {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (piece: string) => {
    text += piece
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      take(text.slice(0, end))
      text = text.slice(end + 1)
    }
  })
}
