// Something published on a topic of a WebSocket hub, for all who watch it.

import type { WsPublishRequest } from '../../env/clients/websocket.ts'
import { bytes, text } from '../../parameters.ts'
import { MiB } from '../../units.ts'
import { defineRequest } from './request-kind.ts'

export const broadcast = defineRequest({
  name: 'broadcast',
  meaning:
    'something published on a topic of a WebSocket hub; answered when it has gone out to the last client',
  parameters: {
    topic: text({ meaning: 'the topic' }),
    size: bytes({ meaning: 'size of the message', default: 1000, max: 16 * MiB }),
  },
  create({ topic, size }) {
    return (): WsPublishRequest => ({ kind: 'ws.publish', topic, size, bytes: size + 50 })
  },
})
