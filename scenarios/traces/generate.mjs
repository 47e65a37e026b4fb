// Makes small.csv: 2,000 requests to a chat service that never was, in the format of Azure's LLM inference traces (2023).
//
//   node scenarios/traces/generate.mjs > scenarios/traces/small.csv
//
// Gaps: exponential, 5.5 requests a second. Prompts: lognormal, median 1,000, sigma 0.8, at most 8,000 tokens. Answers: lognormal,
// median 130, sigma 0.8, at most 2,000. Each is drawn on its own: neither depends on the other or on the time of day. The distributions
// were chosen to be of the order of a published chat trace; no row is taken from one. The same bytes on every machine.

const REQUESTS = 2000
const RATE = 5.5

/** Mulberry32 (Tommy Ettinger, public domain): uniform in [0, 1). */
function uniformFrom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Standard normal, by Marsaglia's polar method. */
function normal(uniform) {
  for (;;) {
    const x = 2 * uniform() - 1
    const y = 2 * uniform() - 1
    const square = x * x + y * y
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square)
  }
}

const lengthOf = (uniform, median, sigma, most) =>
  Math.max(1, Math.min(most, Math.round(median * Math.exp(sigma * normal(uniform)))))

/** Ticks of 100 ns since 23:57:30 of the last of February 2025, as a timestamp: the trace runs over the end of a month. */
function timestamp(ticks) {
  const date = new Date(Date.UTC(2025, 1, 28, 23, 57, 30) + Math.floor(ticks / 1e7) * 1000)
  const [day, time] = date.toISOString().slice(0, 19).split('T')
  return `${day} ${time}.${String(ticks % 1e7).padStart(7, '0')}`
}

const gaps = uniformFrom(300)
const prompts = uniformFrom(2)
const answers = uniformFrom(3)

const rows = ['TIMESTAMP,ContextTokens,GeneratedTokens']
let ticks = 0
for (let i = 0; i < REQUESTS; i++) {
  rows.push(`${timestamp(ticks)},${lengthOf(prompts, 1000, 0.8, 8000)},${lengthOf(answers, 130, 0.8, 2000)}`)
  ticks += Math.round((-Math.log(1 - gaps()) / RATE) * 1e7)
}
process.stdout.write(`${rows.join('\n')}\n`)
