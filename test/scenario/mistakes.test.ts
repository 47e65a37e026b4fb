// What is printed for every mistake that somebody is likely to make. To be read as they would read it.
/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios are full of them */

import { describe, expect, test } from 'vitest'
import { edit, printed, VALID } from './fakes.ts'

test('the scenario that the mistakes are made in is right', () => {
  expect(printed(VALID)).toBe('no mistake')
})

describe('the text itself', () => {
  test('an empty file', () => {
    expect(printed('')).toMatchInlineSnapshot(`
      "a.yaml:1:1: the scenario is empty; expected a mapping that begins with its name
        1 | 
            ^
        such as name: my-scenario"
    `)
  })

  test('a file with nothing but comments', () => {
    expect(printed('# nothing yet\n')).toMatchInlineSnapshot(`
      "a.yaml:1:1: the scenario is empty; expected a mapping that begins with its name
        1 | # nothing yet
            ^
        such as name: my-scenario"
    `)
  })

  test('a list at the top', () => {
    expect(printed('- name: a\n')).toMatchInlineSnapshot(`
      "a.yaml:1:1: a scenario is a mapping, not a list
        1 | - name: a
            ^
        such as name: my-scenario"
    `)
  })

  test('two documents', () => {
    expect(printed('name: a\n---\nname: b\n')).toMatchInlineSnapshot(`
      "a.yaml:2:1: a second YAML document begins here; expected one scenario a file
        2 | ---
            ^
        delete the line with "---" or "...""
    `)
  })

  test('a YAML directive', () => {
    expect(printed('%YAML 1.1\n---\nname: a\n')).toMatchInlineSnapshot(`
      "a.yaml:1:1: YAML directives (%) are not supported
        1 | %YAML 1.1
            ^
        delete the line"
    `)
  })

  test('a key twice', () => {
    expect(printed(`${VALID}seeds: 3\n`)).toMatchInlineSnapshot(`
      "a.yaml:43:1: duplicate key: seeds, already in line 10
        43 | seeds: 3
             ^
        keep one of them"
    `)
  })

  test('an alias within what it names', () => {
    expect(printed('name: a\nhosts: &all { x: *all }\n')).toMatchInlineSnapshot(`
      "a.yaml:2:18: a circle of aliases: *all stands within what it names
        2 | hosts: &all { x: *all }
                             ^
        write the value out"
    `)
  })

  test('a tab for indentation', () => {
    expect(printed('name: a\nhosts:\n\tfront: {}\n')).toMatchInlineSnapshot(`
      "a.yaml:3:1: a tab in the indentation; expected spaces
        3 | �front: {}
            ^"
    `)
  })

  test('a bracket that is never closed', () => {
    expect(printed('name: a\nmatrix: { agents: [1, 2\nhosts: {}\n')).toMatchInlineSnapshot(`
      "a.yaml:2:19: [ is never closed, or what is in it is not indented
        2 | matrix: { agents: [1, 2
                              ^"
    `)
  })

  test('a brace that is never closed', () => {
    expect(printed('name: a\nhosts: { front: {}\n')).toMatchInlineSnapshot(`
      "a.yaml:2:8: { is never closed, or what is in it is not indented
        2 | hosts: { front: {}
                   ^"
    `)
  })

  test('a quote that is never closed', () => {
    expect(printed('name: "a\nhosts: {}\n')).toMatchInlineSnapshot(`
      "a.yaml:1:7: " is never closed
        1 | name: "a
                  ^"
    `)
  })

  test('a colon within a value', () => {
    expect(printed('name: a\ntitle: see: here\n')).toMatchInlineSnapshot(`
      "a.yaml:2:8: a mapping cannot begin within a value
        2 | title: see: here
                   ^
        look at the indentation; a text with ": " in it belongs in quotes"
    `)
  })

  test('a value that begins with a reserved character', () => {
    expect(printed('name: @a\n')).toMatchInlineSnapshot(`
      "a.yaml:1:7: a value cannot begin with @
        1 | name: @a
                  ^
        put it in quotes"
    `)
  })

  test('an expression without quotes within braces', () => {
    expect(printed('name: a\nhosts: { a: { count: ${n} } }\n')).toMatchInlineSnapshot(`
      "a.yaml:2:23: unexpected { after $
        2 | hosts: { a: { count: \${n} } }
                                  ^
        within [ ] and { }, put it in quotes: "\${…}""
    `)
  })

  test('a bracket too many', () => {
    expect(printed('name: a\nhosts: ]\n')).toMatchInlineSnapshot(`
      "a.yaml:2:8: unexpected ]
        2 | hosts: ]
                   ^"
    `)
  })

  test('an unknown escape', () => {
    expect(printed('name: "\\q"\n')).toMatchInlineSnapshot(`
      "a.yaml:1:8: invalid escape sequence \\q
        1 | name: "\\q"
                   ^
        write \\\\ for a backslash, or use '…'"
    `)
  })

  test('a key without a colon', () => {
    expect(printed('name: a\nhosts\n')).toMatchInlineSnapshot(`
      "a.yaml:2:1: implicit map keys need to be followed by map values
        2 | hosts
            ^
        a mapping has lines of the form "key: value""
    `)
  })

  test('a merge key', () => {
    expect(printed(edit('front: {}', '<<: {}\n  front: {}'))).toMatchInlineSnapshot(`
      "a.yaml:12:3: merge keys (<<) are not supported
        12 |   <<: {}
               ^
        use extends, or write the keys out"
    `)
  })

  test('a tag that would run code', () => {
    expect(printed(edit('seeds: 3', 'seeds: !!js/function 3'))).toMatchInlineSnapshot(`
      "a.yaml:10:22: unexpected tag: tag:yaml.org,2002:js/function; tags are not supported
        10 | seeds: !!js/function 3
                                  ^
        delete it"
    `)
  })

  test('a key that reaches into objects', () => {
    expect(printed(edit('front: {}', '__proto__: {}\n  front: {}'))).toMatchInlineSnapshot(`
      "a.yaml:12:3: a key cannot be called __proto__
        12 |   __proto__: {}
               ^"
    `)
  })

  test('an alias without an anchor', () => {
    expect(printed(edit('seeds: 3', 'seeds: *x'))).toMatchInlineSnapshot(`
      "a.yaml:10:8: unknown alias: *x; no &x stands before it
        10 | seeds: *x
                    ^"
    `)
  })

  test('a terminal escape in a text', () => {
    expect(printed(edit('A small scenario', '"\\e[2J"'))).toMatchInlineSnapshot(`
      "a.yaml:2:8: control characters in a text: �[2J
        2 | title: "\\e[2J"
                   ^"
    `)
  })

  test('a number beyond all numbers', () => {
    expect(printed(edit('cores: 4', 'cores: 1e999'))).toMatchInlineSnapshot(`
      "a.yaml:13:30: invalid number: 1e999; expected one from -2^53 to 2^53
        13 |   worker: { count: 5, cores: 1e999, memory: 8GiB }
                                          ^"
    `)
  })
})

describe('keys and kinds', () => {
  test('an unknown section', () => {
    expect(printed(`${VALID}service: {}\n`)).toMatchInlineSnapshot(`
      "a.yaml:43:1: unknown key: service; known: name, title, description, parameters, matrix, seeds, hosts, network, services, coordinators, workload, faults, fault-profile, costs, checks, measure, speedup, expect, claims, gate, extends
        43 | service: {}
             ^
        did you mean "services"?"
    `)
  })

  test('an unknown key', () => {
    expect(printed(edit('cores: 4', 'coers: 4'))).toMatchInlineSnapshot(`
      "a.yaml:13:23: unknown key: coers; known: count, cores, memory
        13 |   worker: { count: 5, coers: 4, memory: 8GiB }
                                   ^
        did you mean "cores"?"
    `)
  })

  test('an unknown kind', () => {
    expect(printed(edit('kind: queue', 'kind: queu'))).toMatchInlineSnapshot(`
      "a.yaml:21:11: unknown kind of service: queu; known: queue, proxy
        21 |     kind: queu
                       ^
        did you mean "queue"?"
    `)
  })

  test('an unknown kind of a parameter', () => {
    expect(printed(edit('kind: poisson', 'kind: poison'))).toMatchInlineSnapshot(`
      "a.yaml:31:21: unknown kind: poison; known: poisson, closed
        31 |   arrivals: { kind: poison, rate: "\${rho}/s" }
                                 ^
        did you mean "poisson"?"
    `)
  })

  test('no kind', () => {
    expect(printed(edit('kind: proxy, ', ''))).toMatchInlineSnapshot(`
      "a.yaml:19:3: missing kind (queue, proxy): which service it is
        19 |   proxy: { on: front, upstreams: [ollama] }
               ^"
    `)
  })

  test('a missing parameter', () => {
    expect(printed(edit(', rate: "${rho}/s"', ''))).toMatchInlineSnapshot(`
      "a.yaml:31:3: missing rate (a rate with its unit, such as 12/s, 30/min or 5/ms): mean arrivals per second
        31 |   arrivals: { kind: poisson }
               ^"
    `)
  })

  test('a key with nothing after it', () => {
    expect(printed(edit('target: proxy', 'target:'))).toMatchInlineSnapshot(`
      "a.yaml:30:3: missing target (the name of a service or coordinator, or a list of them): whom the clients ask
        30 |   target:
               ^"
    `)
  })

  test('a scenario without a name', () => {
    expect(printed(edit('name: small\n', ''))).toMatchInlineSnapshot(`
      "a.yaml:1:1: missing name (small letters, digits and dashes): what the scenario is called
        1 | title: A small scenario
            ^"
    `)
  })

  test('a section of the wrong type', () => {
    expect(printed(edit('worker: { count: 5, cores: 4, memory: 8GiB }', 'worker: 5'))).toMatchInlineSnapshot(`
      "a.yaml:13:11: invalid worker: 5; expected a mapping of count, cores, memory
        13 |   worker: 5
                       ^"
    `)
  })

  test('a name that is no name', () => {
    expect(printed(edit('front: {}', 'Front_1: {}'))).toMatchInlineSnapshot(`
      "a.yaml:12:3: invalid name of a host: Front_1; expected small letters, digits and single dashes, such as worker-2
        12 |   Front_1: {}
               ^
      a.yaml:17:19: unknown host: front; known: Front_1, worker
        17 |     - { between: [front, worker], latency: 1ms, loss: 1% }
                               ^
      a.yaml:19:29: unknown host: front; known: Front_1, worker
        19 |   proxy: { kind: proxy, on: front, upstreams: [ollama] }
                                         ^
      a.yaml:28:29: unknown host: front; known: Front_1, worker
        28 |   king: { kind: swarm, on: [front, worker], count: 2, server: ollama, agents: 1 }
                                         ^
      a.yaml:33:43: unknown host: front; known: Front_1, worker
        33 |   - { at: 10s, kind: partition, between: [front, [worker.1, worker.2]], for: 30s }
                                                       ^"
    `)
  })

  test('a name of two things', () => {
    expect(printed(edit('queen: {', 'ollama: {'))).toMatchInlineSnapshot(`
      "a.yaml:27:3: ollama is the name of a service already
        27 |   ollama: { kind: swarm, on: worker.1, server: ollama.5, agents: "\${agents}", mode: "\${mode}" }
               ^"
    `)
  })

  test('several mistakes, from top to bottom', () => {
    expect(
      printed(
        edit('cores: 4', 'coers: 4')
          .replace('servers: 2', 'servers: 0')
          .replace('below: 30s', 'beneath: 30s'),
      ),
    ).toMatchInlineSnapshot(`
      "a.yaml:13:23: unknown key: coers; known: count, cores, memory
        13 |   worker: { count: 5, coers: 4, memory: 8GiB }
                                   ^
        did you mean "cores"?
      a.yaml:23:14: invalid servers: 0; expected at least 1
        23 |     servers: 0
                          ^
      a.yaml:36:5: missing a comparison: one of below, above, at-least, at-most, equals, between, law
        36 |   - { metric: latency.p95, beneath: 30s, when: agents == 4 and mode != "sequential" }
                 ^
      a.yaml:36:28: unknown key: beneath; known: relative-to, when, below, above, at-least, at-most, equals, between, law, within, why, metric
        36 |   - { metric: latency.p95, beneath: 30s, when: agents == 4 and mode != "sequential" }
                                        ^"
    `)
  })
})

describe('values', () => {
  test('a duration without unit', () => {
    expect(printed(edit('duration: 600s', 'duration: 600'))).toMatchInlineSnapshot(`
      "a.yaml:34:22: invalid duration: 600; expected a duration with its unit, such as 250us, 20ms, 1.5s, 10min or 2h
        34 | measure: { duration: 600, warm-up: 60s }
                                  ^
        did you mean "600ms"?"
    `)
  })

  test('a unit spelt wrong', () => {
    expect(printed(edit('memory: 8GiB', 'memory: 8Gib'))).toMatchInlineSnapshot(`
      "a.yaml:13:41: invalid memory: 8Gib; expected a size with its unit, such as 512B, 64KiB, 4GiB or 29.38GB
        13 |   worker: { count: 5, cores: 4, memory: 8Gib }
                                                     ^
        did you mean "8GiB"?"
    `)
  })

  test('a unit of something else', () => {
    expect(printed(edit('memory: 8GiB', 'memory: 8kg'))).toMatchInlineSnapshot(`
      "a.yaml:13:41: invalid memory: 8kg; expected a size with its unit, such as 512B, 64KiB, 4GiB or 29.38GB
        13 |   worker: { count: 5, cores: 4, memory: 8kg }
                                                     ^"
    `)
  })

  test('a number out of bounds', () => {
    expect(printed(edit('cores: 4', 'cores: 4000'))).toMatchInlineSnapshot(`
      "a.yaml:13:30: invalid cores: 4000; expected 1 to 1024
        13 |   worker: { count: 5, cores: 4000, memory: 8GiB }
                                          ^"
    `)
  })

  test('a fraction of a whole thing', () => {
    expect(printed(edit('cores: 4', 'cores: 4.5'))).toMatchInlineSnapshot(`
      "a.yaml:13:30: invalid cores: 4.5; expected a whole number, such as 54
        13 |   worker: { count: 5, cores: 4.5, memory: 8GiB }
                                          ^"
    `)
  })

  test('a list where a number stands', () => {
    expect(printed(edit('cores: 4', 'cores: [4]'))).toMatchInlineSnapshot(`
      "a.yaml:13:30: invalid cores: a list; expected a whole number, such as 54
        13 |   worker: { count: 5, cores: [4], memory: 8GiB }
                                          ^"
    `)
  })

  test('a time beyond what can be counted', () => {
    expect(printed(edit('duration: 600s', 'duration: 600d'))).toMatchInlineSnapshot(`
      "a.yaml:34:22: invalid duration: 600d; expected at most 104 days
        34 | measure: { duration: 600d, warm-up: 60s }
                                  ^"
    `)
  })

  test('a distribution that is a bare number', () => {
    expect(printed(edit('latency: 1ms, loss', 'latency: 1, loss'))).toMatchInlineSnapshot(`
      "a.yaml:17:44: invalid latency: 1; expected a duration with its unit, such as 250us, 20ms, 1.5s, 10min or 2h
        17 |     - { between: [front, worker], latency: 1, loss: 1% }
                                                        ^
        did you mean "1ms"?"
    `)
  })

  test('a distribution whose parameters contradict each other', () => {
    expect(printed(edit('low: 100us', 'low: 400us'))).toMatchInlineSnapshot(`
      "a.yaml:15:12: invalid low: above high; expected it below
        15 |   latency: { kind: uniform, low: 400us, high: 300us }
                        ^"
    `)
  })

  test('a distribution within a distribution', () => {
    expect(printed(edit('kind: exponential, mean: 1s', 'kind: exponental, mean: 1s'))).toMatchInlineSnapshot(`
      "a.yaml:24:50: unknown kind of distribution: exponental; known: constant, exponential, uniform, mixture
        24 |     service: { kind: mixture, of: [10ms, { kind: exponental, mean: 1s }] }
                                                              ^
        did you mean "exponential"?"
    `)
  })

  test('an unknown choice', () => {
    expect(printed(edit('servers: 2', 'discipline: lofi'))).toMatchInlineSnapshot(`
      "a.yaml:23:17: invalid discipline: lofi; expected fifo, lifo, processor-sharing
        23 |     discipline: lofi
                             ^"
    `)
  })

  test('yes for true', () => {
    expect(printed(edit('servers: 2', 'preload: yes'))).toMatchInlineSnapshot(`
      "a.yaml:23:14: invalid preload: yes; expected true or false
        23 |     preload: yes
                          ^
        did you mean true?"
    `)
  })

  test('a number for a text', () => {
    expect(printed(edit('servers: 2', 'label: 3'))).toMatchInlineSnapshot(`
      "a.yaml:23:12: invalid label: 3; expected a text
        23 |     label: 3
                        ^
        put it in quotes to make it a text"
    `)
  })

  test('a text that does not match', () => {
    expect(printed(edit('servers: 2', 'label: ABC'))).toMatchInlineSnapshot(`
      "a.yaml:23:12: invalid label: ABC; expected a text that matches ^[a-z]+$
        23 |     label: ABC
                        ^"
    `)
  })

  test('entries of a list', () => {
    expect(
      printed(edit('upstreams: [ollama]', 'upstreams: [ollama], weights: [1, -2, x]')),
    ).toMatchInlineSnapshot(`
      "a.yaml:19:70: invalid weights[1]: -2; expected at least 0
        19 | { kind: proxy, on: front, upstreams: [ollama], weights: [1, -2, x] }
                                                                         ^
      a.yaml:19:74: invalid weights[2]: x; expected a number, such as 1.5
        19 | nd: proxy, on: front, upstreams: [ollama], weights: [1, -2, x] }
                                                                         ^"
    `)
  })

  test('too many entries', () => {
    expect(
      printed(edit('upstreams: [ollama]', 'upstreams: [ollama], weights: [1, 2, 3, 4, 5]')),
    ).toMatchInlineSnapshot(`
      "a.yaml:19:66: invalid weights: 5 entries; expected at most 4
        19 | xy: { kind: proxy, on: front, upstreams: [ollama], weights: [1, 2, 3, 4, 5] }
                                                                         ^"
    `)
  })

  test('a warm-up as long as the run', () => {
    expect(printed(edit('warm-up: 60s', 'warm-up: 10min'))).toMatchInlineSnapshot(`
      "a.yaml:34:37: the warm-up, 10 min, is no shorter than the run, 10 min; nothing would be measured
        34 | measure: { duration: 600s, warm-up: 10min }
                                                 ^
        measure for longer, or warm up for less"
    `)
  })

  test('no number of seeds', () => {
    expect(printed(edit('seeds: 3', 'seeds: 0'))).toMatchInlineSnapshot(`
      "a.yaml:10:8: invalid seeds: 0; expected a number of seeds from 1 to 100000, or a list of seeds
        10 | seeds: 0
                    ^"
    `)
  })

  test('a seed twice', () => {
    expect(printed(edit('seeds: 3', 'seeds: [a, b, a]'))).toMatchInlineSnapshot(`
      "a.yaml:10:15: duplicate seed: a
        10 | seeds: [a, b, a]
                           ^"
    `)
  })
})

describe('names of other parts', () => {
  test('an unknown service', () => {
    expect(printed(edit('upstreams: [ollama]', 'upstreams: [olama]'))).toMatchInlineSnapshot(`
      "a.yaml:19:48: unknown service: olama; known: proxy, ollama
        19 |   proxy: { kind: proxy, on: front, upstreams: [olama] }
                                                            ^
        did you mean "ollama"?"
    `)
  })

  test('an instance that is not there', () => {
    expect(printed(edit('server: ollama.5', 'server: ollama.9'))).toMatchInlineSnapshot(`
      "a.yaml:27:47: unknown service: ollama.9; there are 5 of ollama
        27 |   queen: { kind: swarm, on: worker.1, server: ollama.9, agents: "\${agents}", mode: "\${mode}" }
                                                           ^"
    `)
  })

  test('an unknown host', () => {
    expect(printed(edit('on: worker\n', 'on: workers\n'))).toMatchInlineSnapshot(`
      "a.yaml:22:9: unknown host: workers; known: front, worker
        22 |     on: workers
                     ^
        did you mean "worker"?"
    `)
  })

  test('no host', () => {
    expect(printed(edit('on: front, upstreams', 'upstreams'))).toMatchInlineSnapshot(`
      "a.yaml:19:3: missing on (the name of a host, or a list of them): where it runs; one instance on each host
        19 |   proxy: { kind: proxy, upstreams: [ollama] }
               ^"
    `)
  })

  test('a link with three ends', () => {
    expect(
      printed(edit('between: [front, worker]', 'between: [front, worker, front]')),
    ).toMatchInlineSnapshot(`
      "a.yaml:17:18: invalid between; expected two hosts or groups, such as [front, worker]
        17 |     - { between: [front, worker, front], latency: 1ms, loss: 1% }
                              ^"
    `)
  })
})

describe('expressions', () => {
  test('an unknown parameter', () => {
    expect(printed(edit('${rho}', '${roh}'))).toMatchInlineSnapshot(`
      "a.yaml:31:39: invalid expression: unknown parameter: roh; known: agents, mode, rho, at column 3 of the text
        31 |   arrivals: { kind: poisson, rate: "\${roh}/s" }
                                                   ^
        did you mean "rho"?"
    `)
  })

  test('an expression that is never closed', () => {
    expect(printed(edit('${rho}/s', '${rho/s'))).toMatchInlineSnapshot(`
      "a.yaml:31:36: invalid expression: \${ is never closed, at column 1 of the text
        31 |   arrivals: { kind: poisson, rate: "\${rho/s" }
                                                ^"
    `)
  })

  test('a division by zero', () => {
    expect(printed(edit('${rho}', '${rho / 0}'))).toMatchInlineSnapshot(`
      "a.yaml:31:43: invalid expression: division by zero, at column 7 of the text
        31 |   arrivals: { kind: poisson, rate: "\${rho / 0}/s" }
                                                       ^"
    `)
  })

  test('an expression that ends too early', () => {
    expect(printed(edit('${rho}', '${1 + }'))).toMatchInlineSnapshot(`
      "a.yaml:31:43: invalid expression: it ends too early; expected a number, a text in quotes or a parameter, at column 7 of the text
        31 |   arrivals: { kind: poisson, rate: "\${1 + }/s" }
                                                       ^"
    `)
  })

  test('one = for two', () => {
    expect(printed(edit('agents == 4 and', 'agents = 4 and'))).toMatchInlineSnapshot(`
      "a.yaml:36:53: invalid expression: unexpected "=", at column 8 of the text
        36 |   - { metric: latency.p95, below: 30s, when: agents = 4 and mode != "sequential" }
                                                                 ^
        did you mean "=="?"
    `)
  })

  test('a condition that is a number', () => {
    expect(
      printed(edit('when: agents == 4 and mode != "sequential"', 'when: agents + 1')),
    ).toMatchInlineSnapshot(`
      "a.yaml:36:46: the expression gives 2; expected true or false
        36 |   - { metric: latency.p95, below: 30s, when: agents + 1 }
                                                          ^"
    `)
  })

  test('a text compared as a number', () => {
    expect(printed(edit('agents == 4 and', 'mode > 4 and'))).toMatchInlineSnapshot(`
      "a.yaml:36:51: invalid expression: a comparison takes numbers, not "sequential", at column 6 of the text
        36 |   - { metric: latency.p95, below: 30s, when: mode > 4 and mode != "sequential" }
                                                               ^"
    `)
  })

  test('a parameter with a dash', () => {
    expect(printed(edit('rho: 0.8', 'rho: 0.8, slow-down: 3'))).toMatchInlineSnapshot(`
      "a.yaml:6:54: invalid name of a parameter: slow-down; expected letters, digits and _, and none of true, false, and, or, not, zip, where
        6 | parameters: { agents: 4, mode: sequential, rho: 0.8, slow-down: 3 }
                                                                 ^
        did you mean "slow_down"?"
    `)
  })
})

describe('the matrix', () => {
  test('an axis that is almost a parameter', () => {
    expect(printed(edit('agents: [1, 4]', 'agent: [1, 4]'))).toMatchInlineSnapshot(`
      "a.yaml:8:3: unknown parameter: agent; known: agents, mode, rho
        8 |   agent: [1, 4]
              ^
        did you mean "agents"?"
    `)
  })

  test('an axis without values', () => {
    expect(printed(edit('agents: [1, 4]', 'agents: []'))).toMatchInlineSnapshot(`
      "a.yaml:8:11: invalid agents: a list; expected at least one value
        8 |   agents: []
                      ^"
    `)
  })

  test('a value twice', () => {
    expect(printed(edit('agents: [1, 4]', 'agents: [1, 4, 1]'))).toMatchInlineSnapshot(`
      "a.yaml:8:18: duplicate value of agents: 1
        8 |   agents: [1, 4, 1]
                             ^"
    `)
  })

  test('an axis that leads nowhere', () => {
    expect(
      printed(edit('agents: [1, 4]', 'agents: [1]\n  measure.duration.x: [1, 2]')),
    ).toMatchInlineSnapshot(`
      "a.yaml:9:3: measure.duration is a value and has no x in it
        9 |   measure.duration.x: [1, 2]
              ^
        set measure.duration itself"
    `)
  })

  test('an axis that begins something new', () => {
    expect(
      printed(edit('agents: [1, 4]', 'agents: [1]\n  services.olama.servers: [1, 2]')),
    ).toMatchInlineSnapshot(`
      "a.yaml:9:3: missing kind (queue, proxy): which service it is
        9 |   services.olama.servers: [1, 2]
              ^"
    `)
  })

  test('zipped axes of different lengths', () => {
    expect(
      printed(edit('agents: [1, 4]', 'agents: [1, 2, 4]\n  zip: [[agents, mode]]')),
    ).toMatchInlineSnapshot(`
      "a.yaml:9:18: zipped axes of different lengths: agents has 3 values, mode has 2
        9 |   zip: [[agents, mode]]
                             ^"
    `)
  })

  test('an unknown zipped axis', () => {
    expect(printed(edit('agents: [1, 4]', 'agents: [1, 4]\n  zip: [[agents, mod]]'))).toMatchInlineSnapshot(`
      "a.yaml:9:18: unknown axis: mod; known: agents, mode
        9 |   zip: [[agents, mod]]
                             ^
        did you mean "mode"?"
    `)
  })

  test('a filter that keeps nothing', () => {
    expect(printed(edit('agents: [1, 4]', 'agents: [1, 4]\n  where: agents > 9'))).toMatchInlineSnapshot(`
      "a.yaml:9:10: where keeps none of the 4 combinations
        9 |   where: agents > 9
                     ^"
    `)
  })

  test('too many variants', () => {
    expect(
      printed(edit('agents: [1, 4]', `agents: [${Array.from({ length: 9000 }, (_, i) => i + 1)}]`)),
    ).toMatchInlineSnapshot(`
      "a.yaml:7:1: 18000 variants; expected at most 10000
        7 | matrix:
            ^"
    `)
  })

  test('a mistake of some variants', () => {
    expect(printed(edit('agents: [1, 4]', 'agents: [0, 4]'))).toMatchInlineSnapshot(`
      "a.yaml:27:65: invalid agents: 0; expected at least 1 (in variant agents=0 mode=sequential and 1 more)
        27 | een: { kind: swarm, on: worker.1, server: ollama.5, agents: "\${agents}", mode: "\${mode}" }
                                                                         ^"
    `)
  })

  test('a mistake of all variants, once', () => {
    expect(printed(edit('agents: [1, 4]', 'agents: [0, -4]'))).toMatchInlineSnapshot(`
      "a.yaml:27:65: invalid agents: 0; expected at least 1
        27 | een: { kind: swarm, on: worker.1, server: ollama.5, agents: "\${agents}", mode: "\${mode}" }
                                                                         ^"
    `)
  })
})

describe('expectations and claims', () => {
  test('no comparison', () => {
    expect(printed(edit('below: 30s, ', ''))).toMatchInlineSnapshot(`
      "a.yaml:36:5: missing a comparison: one of below, above, at-least, at-most, equals, between, law
        36 |   - { metric: latency.p95, when: agents == 4 and mode != "sequential" }
                 ^"
    `)
  })

  test('two comparisons', () => {
    expect(printed(edit('below: 30s', 'below: 30s, above: 1s'))).toMatchInlineSnapshot(`
      "a.yaml:36:40: below and above at once; expected one of them
        36 |   - { metric: latency.p95, below: 30s, above: 1s, when: agents == 4 and mode != "sequential" }
                                                    ^"
    `)
  })

  test('a tolerance of what has none', () => {
    expect(printed(edit('below: 30s', 'below: 30s, within: 5%'))).toMatchInlineSnapshot(`
      "a.yaml:36:40: within goes with equals or law, not with below
        36 |   - { metric: latency.p95, below: 30s, within: 5%, when: agents == 4 and mode != "sequential" }
                                                    ^"
    `)
  })

  test('an unknown axis to relate to', () => {
    expect(
      printed(edit('relative-to: { mode: concurrent }', 'relative-to: { mod: concurrent }')),
    ).toMatchInlineSnapshot(`
      "a.yaml:38:44: unknown axis: mod; known: agents, mode
        38 |   - { metric: latency.mean, relative-to: { mod: concurrent }, between: [0.5, 2] }
                                                        ^
        did you mean "mode"?"
    `)
  })

  test('a value the axis does not have', () => {
    expect(
      printed(edit('relative-to: { mode: concurrent }', 'relative-to: { mode: concurent }')),
    ).toMatchInlineSnapshot(`
      "a.yaml:38:50: invalid mode: concurent; expected one of the axis's values: sequential, concurrent
        38 |   - { metric: latency.mean, relative-to: { mode: concurent }, between: [0.5, 2] }
                                                              ^"
    `)
  })

  test('an unknown law', () => {
    expect(printed(edit('kind: m/m/c', 'kind: m/g/c'))).toMatchInlineSnapshot(`
      "a.yaml:39:34: unknown kind of law: m/g/c; known: m/m/c
        39 |   - { metric: wait, law: { kind: m/g/c, of: wait, arrival-rate: 0.8/s, service-rate: 1/s, servers: 1
                                              ^
        did you mean "m/m/c"?"
    `)
  })

  test('an unknown figure of a law', () => {
    expect(printed(edit('of: wait,', 'of: waits,'))).toMatchInlineSnapshot(`
      "a.yaml:39:45: unknown figure: waits; known: wait, utilisation, wait.N
        39 |   - { metric: wait, law: { kind: m/m/c, of: waits, arrival-rate: 0.8/s, service-rate: 1/s, servers: 
                                                         ^
        did you mean "wait"?"
    `)
  })

  test('a claim with a wrong number', () => {
    expect(printed(edit('id: OM-02', 'id: OM-2'))).toMatchInlineSnapshot(`
      "a.yaml:41:11: invalid id: OM-2; expected two capital letters, a dash and two digits, such as OM-02
        41 |   - { id: OM-2, metric: setup.time.mean, when: agents == 4, condition: rho < 1, equals: 300ms, withi
                       ^"
    `)
  })

  test('a claim that nothing settles', () => {
    expect(printed(edit('out-of-reach: nobody can tell', 'note: hm'))).toMatchInlineSnapshot(`
      "a.yaml:42:5: missing metric (such as setup.time.mean): what the claim is about; or out-of-reach: why
        42 |   - { id: OM-03, text: It is nice, note: hm }
                 ^"
    `)
  })

  test('a claim that is out of reach and is not', () => {
    expect(printed(edit('nobody can tell', 'nobody can tell, below: 3s'))).toMatchInlineSnapshot(`
      "a.yaml:42:67: below beside out-of-reach; expected a metric and its comparison, or the reason why there is none
        42 | id: OM-03, text: It is nice, out-of-reach: nobody can tell, below: 3s }
                                                                         ^"
    `)
  })
})

describe('the command line', () => {
  test('a path without a value', () => {
    expect(printed(VALID, { sets: ['measure.duration'] })).toMatchInlineSnapshot(`
      "--set measure.duration: expected a path, = and a value
        such as --set measure.duration=10s"
    `)
  })

  test('an unknown key', () => {
    expect(printed(VALID, { sets: ['services.ollama.servres=3'] })).toMatchInlineSnapshot(`
      "--set services.ollama.servres=3: unknown key: servres; known: kind, on, count, servers, service, max-queue, discipline, preload, label, models
        did you mean "servers"?"
    `)
  })

  test('a value without unit', () => {
    expect(printed(VALID, { sets: ['workload.timeout=20'] })).toMatchInlineSnapshot(`
      "--set workload.timeout=20: invalid timeout: 20; expected a duration with its unit, such as 250us, 20ms, 1.5s, 10min or 2h
        did you mean "20ms"?"
    `)
  })

  test('a path whose misspelt name would make something that nobody uses', () => {
    expect(printed(VALID, { sets: ['hosts.wroker.cores=3'] })).toBe(
      '--set hosts.wroker.cores=3: hosts has no wroker\n  did you mean hosts.worker.cores?',
    )
    expect(printed(VALID, { sets: ['parameters.agnets=3'] })).toBe(
      '--set parameters.agnets=3: parameters has no agnets\n  did you mean parameters.agents?',
    )
    // What is new is nothing like what there is, or is written whole.
    const added = ['hosts.cellar.cores=3', 'hosts.workers={ cores: 3 }', 'parameters.cells=3']
    expect(printed(VALID, { sets: added })).toBe('no mistake')
  })

  test('a part that sounds like another', () => {
    expect(printed(VALID, { sets: ['services.olama.servers=3'] })).toMatchInlineSnapshot(`
      "--set services.olama.servers=3: missing kind (queue, proxy): which service it is
        did you mean services.ollama.servers?"
    `)
  })

  test('a parameter without its section', () => {
    expect(printed(VALID, { sets: ['agents=3'] })).toMatchInlineSnapshot(`
      "--set agents=3: unknown key: agents; known: name, title, description, parameters, matrix, seeds, hosts, network, services, coordinators, workload, faults, fault-profile, costs, checks, measure, speedup, expect, claims, gate, extends
        did you mean parameters.agents?"
    `)
  })

  test('an entry that is not there', () => {
    expect(printed(VALID, { sets: ['expect.9.below=3s'] })).toMatchInlineSnapshot(
      `"--set expect.9.below=3s: expect has no entry 9; known: 0, 1, 2, 3"`,
    )
  })

  test('something within a value', () => {
    expect(printed(VALID, { sets: ['measure.duration.max=3s'] })).toMatchInlineSnapshot(`
      "--set measure.duration.max=3s: measure.duration is a value and has no max in it
        set measure.duration itself"
    `)
  })

  test('a value that is not YAML', () => {
    expect(printed(VALID, { sets: ['title=[a'] })).toMatchInlineSnapshot(
      `"--set title=[a: [ is never closed"`,
    )
  })

  test('a mapping in lines', () => {
    expect(printed(VALID, { sets: ['title=a: b'] })).toMatchInlineSnapshot(
      `"--set title=a: b: expected a single value, a [list] or a {mapping}"`,
    )
  })

  test('a key that reaches into objects', () => {
    expect(printed(VALID, { sets: ['hosts.__proto__.cores=3'] })).toMatchInlineSnapshot(
      `"--set hosts.__proto__.cores=3: a key cannot be called __proto__"`,
    )
  })

  test('seeds of a strange form', () => {
    expect(printed(VALID, { seeds: ['a b'] })).toMatchInlineSnapshot(
      `"--seed: invalid seeds[0]: a b; expected at most 64 letters, digits and any of _ . : + -"`,
    )
  })

  test('all mistakes of several', () => {
    expect(printed(VALID, { sets: ['a', 'b', 'expect.x=1'] })).toMatchInlineSnapshot(`
      "--set a: expected a path, = and a value
        such as --set measure.duration=10s
      --set b: expected a path, = and a value
        such as --set measure.duration=10s
      --set expect.x=1: expect has no entry x; known: 0, 1, 2, 3"
    `)
  })
})

describe('bases', () => {
  test('a base that is not there', () => {
    expect(printed('name: a\nextends: ./b.yaml\n')).toMatchInlineSnapshot(`
      "a.yaml:2:10: cannot read b.yaml: no such file
        2 | extends: ./b.yaml
                     ^"
    `)
  })

  test('an absolute base', () => {
    expect(printed('name: a\nextends: /etc/passwd\n')).toMatchInlineSnapshot(`
      "a.yaml:2:10: invalid extends: /etc/passwd; expected a path relative to this file, such as ../base.yaml
        2 | extends: /etc/passwd
                     ^"
    `)
  })

  test('a base that is a list', () => {
    expect(printed('name: a\nextends: [b.yaml]\n')).toMatchInlineSnapshot(`
      "a.yaml:2:10: invalid extends; expected the path of one scenario, such as ./base.yaml
        2 | extends: [b.yaml]
                     ^"
    `)
  })

  test('a circle of bases', () => {
    expect(printed({ 'a.yaml': 'extends: b.yaml\n', 'b.yaml': 'extends: a.yaml\n' })).toMatchInlineSnapshot(`
      "b.yaml:1:10: a circle of extends: a.yaml → b.yaml → a.yaml
        1 | extends: a.yaml
                     ^
        the last base of all extends nothing"
    `)
  })

  test('too long a row of bases', () => {
    expect(
      printed({
        'a.yaml': 'extends: 0.yaml\n',
        ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.yaml`, `extends: ${i + 1}.yaml\n`])),
      }),
    ).toMatchInlineSnapshot(`
      "7.yaml:1:10: more than 8 extends in a row: a.yaml → 0.yaml → 1.yaml → 2.yaml → 3.yaml → 4.yaml → 5.yaml → 6.yaml → 7.yaml → 8.yaml
        1 | extends: 8.yaml
                     ^"
    `)
  })

  test('a mistake in a base', () => {
    expect(
      printed({ 'a.yaml': 'extends: base/b.yaml\nname: a\n', 'base/b.yaml': edit('cores: 4', 'coers: 4') }),
    ).toMatchInlineSnapshot(`
      "base/b.yaml:13:23: unknown key: coers; known: count, cores, memory
        13 |   worker: { count: 5, coers: 4, memory: 8GiB }
                                   ^
        did you mean "cores"?"
    `)
  })

  test('a mistake in the form of a base', () => {
    expect(printed({ 'a.yaml': 'extends: b.yaml\nname: a\n', 'b.yaml': 'name: [\n' })).toMatchInlineSnapshot(`
      "b.yaml:1:7: [ is never closed, or what is in it is not indented
        1 | name: [
                  ^"
    `)
  })
})
