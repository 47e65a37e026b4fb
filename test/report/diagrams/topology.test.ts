import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deploymentOf } from '../../../src/report/diagrams/deployment.ts'
import { touches } from '../../../src/report/diagrams/pen.ts'
import { busiestOf, topologyOf } from '../../../src/report/diagrams/topology.ts'
import { topologyDiagram, totalMessages } from '../../../src/report/diagrams/topology-diagram.ts'
import { RADIUS, topologyLayout } from '../../../src/report/diagrams/topology-layout.ts'
import { curveOf, pointOn, widthOf } from '../../../src/report/diagrams/topology-links.ts'
import type { Traffic } from '../../../src/results/result.ts'
import { balanced, drawing, FAULTS, hierarchy, mesh, ring, trafficOf } from '../diagram-samples.ts'

const DEPLOYMENTS: readonly (readonly [string, Traffic])[] = [
  ['nobody but a gateway', trafficOf({ hosts: 0, agents: 0, links: [] })],
  ['a hierarchy of 4 agents', hierarchy(4, 4)],
  ['a hierarchy of 12 agents on one host', hierarchy(12, 1)],
  ['a hierarchy of 17 agents on two hosts', hierarchy(17, 2)],
  ['a hierarchy of 204 agents', hierarchy(204, 17)],
  ['a ring of 12 agents', ring(12, 4)],
  ['a ring of 36 agents on 23 hosts', ring(36, 23)],
  ['a mesh of 36 agents', mesh(36, 4)],
  ['a proxy and its services', balanced()],
  ['2,000 agents on 167 hosts', hierarchy(2000, 167)],
  ['500 agents on 500 hosts', ring(500, 500)],
]

describe.each(DEPLOYMENTS)('%s', (_, traffic) => {
  const deployment = deploymentOf(traffic)
  const layout = topologyLayout(deployment)

  test('hosts do not overlap, and lie within the drawing', () => {
    layout.hosts.forEach((host, i) => {
      expect(host.x).toBeGreaterThanOrEqual(0)
      expect(host.y).toBeGreaterThanOrEqual(0)
      expect(host.x + host.width).toBeLessThanOrEqual(layout.width)
      expect(host.y + host.height).toBeLessThanOrEqual(layout.height)
      expect(layout.hosts.slice(i + 1).filter((other) => touches(host, other))).toEqual([])
    })
  })

  test('each process is in one node, and each node within its host', () => {
    const members = deployment.nodes.flatMap(({ members }) => members)
    expect(members.toSorted((a, b) => a - b)).toEqual(traffic.processes.map((_, place) => place))
    layout.nodes.forEach(({ x, y }, node) => {
      const host = layout.hosts[layout.hostOf[node]!]!
      const inside = layout.compact ? 0 : RADIUS
      expect(x - inside).toBeGreaterThanOrEqual(host.x)
      expect(x + inside).toBeLessThanOrEqual(host.x + host.width)
      expect(y - inside).toBeGreaterThanOrEqual(host.y)
      expect(y + inside).toBeLessThanOrEqual(host.y + host.height)
    })
  })

  test('nodes of a host are apart', () => {
    if (layout.compact) return
    layout.nodes.forEach((a, i) => {
      const near = layout.nodes
        .slice(i + 1)
        .filter((b) => (a.x - b.x) ** 2 + (a.y - b.y) ** 2 <= (2 * RADIUS) ** 2)
      expect(near).toEqual([])
    })
  })

  test('grouping loses no message and no byte', () => {
    const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0)
    expect(sum(deployment.links.map(({ messages }) => messages))).toBe(totalMessages(traffic))
    expect(sum(deployment.links.map(({ bytes }) => bytes))).toBe(sum(traffic.links.map((link) => link[3])))
    const topology = topologyOf(traffic, [])
    expect(topology.links.length + topology.hidden.length).toBe(deployment.links.length)
  })

  test('is placed the same every time', () => {
    expect(topologyLayout(deploymentOf(traffic))).toEqual(layout)
  })
})

test('few processes are drawn one by one, many by their part and host, very many by their host', () => {
  expect(deploymentOf(hierarchy(4, 4)).by).toBe('process')
  expect(deploymentOf(mesh(36, 4)).by).toBe('part')
  expect(deploymentOf(hierarchy(2000, 167)).by).toBe('host')
})

test('whoever handles much stays a node of its own among those that are grouped', () => {
  const names = deploymentOf(hierarchy(204, 17)).nodes.map(({ name }) => name)
  expect(names.slice(0, 4)).toEqual(['gateway', 'agent.1', 'agent 2–12', 'agent 13–24'])
})

test('the host that most others talk to stands in the middle', () => {
  const { hosts, width } = topologyLayout(deploymentOf(hierarchy(204, 17)))
  const queen = hosts[1]!
  expect(queen.x + queen.width / 2).toBeCloseTo(width / 2, 0)
})

test('a line is never narrower for more messages, and the least and the most have the ends of the scale', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1e9), { minLength: 2, maxLength: 20 }), (amounts) => {
      const sorted = amounts.map((amount) => amount + 1).sort((a, b) => a - b)
      const [least, most] = [sorted[0]!, sorted.at(-1)!]
      const widths = sorted.map((amount) => widthOf(amount, least, most))
      widths.forEach((width, i) => {
        if (i > 0) expect(width).toBeGreaterThanOrEqual(widths[i - 1]!)
      })
      expect(widths.at(-1)).toBe(6.5)
    }),
  )
  expect(widthOf(1, 1, 1000)).toBe(1)
  // Between 1 and 10,000 the middle of the scale is at 100: (1 + 6.5) / 2.
  expect(widthOf(100, 1, 10_000)).toBe(3.75)
  // What differs little looks as if: half of the most is not at the lower end.
  expect(widthOf(50, 50, 100)).toBeGreaterThan(5)
})

test('both directions of a link are apart, and end at their nodes', () => {
  const layout = topologyLayout(deploymentOf(hierarchy(4, 4)))
  const there = curveOf(layout, { from: 1, to: 2 })!
  const back = curveOf(layout, { from: 2, to: 1 })!
  const [a, b] = [pointOn(there, 0.5), pointOn(back, 0.5)]
  expect(Math.abs(a.x - b.x) + Math.abs(a.y - b.y)).toBeGreaterThan(10)
  const away = (point: { x: number; y: number }, node: number) =>
    Math.sqrt((point.x - layout.nodes[node]!.x) ** 2 + (point.y - layout.nodes[node]!.y) ** 2)
  expect(away(pointOn(there, 0), 1)).toBeCloseTo(RADIUS + 3, 1)
  expect(away(pointOn(there, 1), 2)).toBeCloseTo(RADIUS + 3, 1)
  expect(curveOf(layout, { from: 1, to: 1 })).toBeUndefined()
})

test('the title has the figures, the caption what is left out', () => {
  const [variant] = drawing({ traffic: hierarchy(204, 17), faults: FAULTS }).variants
  const { title, caption, table } = topologyDiagram({ variant: variant!, why: 'Variant a of 3.' })!
  // Handled: 2·120 at both ends of the gateway's link, and (300 + a) + (290 + a) for a = 2 … 204; of them the queen 120 + Σ(290 + a).
  // 203 · 290 + 20,909 = 79,779 + 120 of 161,828: 49 %.
  expect(title).toBe('Of 16,183 messages/s, 49 % go to agent.1, busy 93 % of the time')
  expect(caption).toMatch(/^Variant a of 3\. Seed 1, .*hit by a fault/)
  expect(table.rows).toHaveLength(2 * 203 + 2)
  expect(table.rows[0]).toEqual(['agent.1', 'agent.204', 504, 504 * 412, 50.4, 20_764.8])
})

test('of nothing that happens no share is told', () => {
  const [variant] = drawing({ traffic: trafficOf({ hosts: 1, agents: 1, links: [] }), faults: [] }).variants
  expect(topologyDiagram({ variant: variant!, why: '' })!.title).toBe('No messages')
  expect(busiestOf(topologyOf(variant!.traffic!, []))).toBeUndefined()
})
