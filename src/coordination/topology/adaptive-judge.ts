// What the leader of an adaptive swarm makes of a window: the running topology's figures as measured; the others' as estimated under
// the workload that was seen, corrected by how far off the estimate was when they last ran; scores; a decision. At first, where trials
// are on, every candidate runs for a while, and then the best of them, by however little.
// What it has learnt dies with it: the next leader learns anew.

import type { Env } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import { SwitchDecision } from './adaptive-decision.ts'
import type { AdaptiveTerms, TopologyName } from './adaptive-parameters.ts'
import type { Observed } from './adaptive-window.ts'
import { rank } from './optimiser.ts'
import { estimate, type SwarmShape, type Workload } from './optimiser-estimates.ts'
import { advantage, type Figures } from './optimiser-scores.ts'

/** How much of a correction is kept from one window to the next: half where it is measured again; where not, it fades in a hundred windows. */
const KEPT = 0.5
const FADING = 0.99

export class Judge {
  readonly #terms: AdaptiveTerms
  readonly #shape: SwarmShape
  readonly #decision: SwitchDecision<TopologyName>
  readonly #corrections = new Map<TopologyName, Figures>()
  readonly #tried = new Set<TopologyName>()
  /** Trials are not over. */
  #onTrial: boolean
  #workload: Observed['workload']
  #since: Nanos
  /** A switch was made, and what came of it is not measured yet. */
  #unsure = false

  constructor(terms: AdaptiveTerms, shape: SwarmShape, now: Nanos) {
    this.#terms = terms
    this.#shape = shape
    this.#decision = new SwitchDecision<TopologyName>(terms, now)
    this.#since = now
    this.#onTrial = terms.trials
  }

  /** A topology has been begun. */
  began(now: Nanos): void {
    this.#since = now
    this.#decision.began(now)
  }

  /** What to switch to after this window, if to anything. */
  evaluate(
    env: Env,
    running: TopologyName,
    observed: Observed | undefined,
    delay: Nanos,
  ): TopologyName | undefined {
    const now = env.now()
    const { candidates, dwell, drain, window } = this.#terms
    // A window in which two topologies ran is of neither.
    if (!observed || now - this.#since < drain + window) return undefined
    this.#workload = observed.workload ?? this.#workload
    if (!this.#workload) return undefined
    const workload: Workload = { ...this.#workload, delay }
    if (this.#unsure) this.#note(env, 'after', observed.figures)
    this.#unsure = false
    this.#learn(running, observed.figures, workload)
    const next = this.#onTrial && candidates.find((name) => !this.#tried.has(name))
    if (next) return now - this.#since >= dwell ? this.#decided(env, observed.figures, next) : undefined
    const { ranking } = rank(
      candidates.map((topology) => ({
        topology,
        figures: topology === running ? observed.figures : this.#expected(topology, workload),
      })),
      this.#terms.weights,
    )
    const chosen = this.#onTrial
      ? this.#afterTrials(now, ranking[0]!.topology)
      : this.#decision.decide(now, running, ranking)
    if (chosen === undefined || chosen === running) return undefined
    const score = (of: TopologyName): number => ranking.find(({ topology }) => topology === of)!.score
    env.observe({
      kind: 'value',
      metric: 'adaptive.expected',
      value: advantage(score(chosen), score(running)),
    })
    return this.#decided(env, observed.figures, chosen)
  }

  /** The last one tried has had its time too: the best of all, by however little. */
  #afterTrials(now: Nanos, best: TopologyName): TopologyName | undefined {
    if (now - this.#since < this.#terms.dwell) return undefined
    this.#onTrial = false
    return best
  }

  #decided(env: Env, figures: Figures, next: TopologyName): TopologyName {
    this.#note(env, 'before', figures)
    this.#unsure = true
    return next
  }

  #expected(topology: TopologyName, workload: Workload): Figures {
    const figures = estimate(topology, workload, this.#shape)
    const correction = this.#corrections.get(topology)
    return correction ? combined(figures, correction, (a, b) => a * b) : figures
  }

  /** How far off the estimate of the running one is; what is known of the others fades. */
  #learn(running: TopologyName, measured: Figures, workload: Workload): void {
    this.#tried.add(running)
    for (const [topology, correction] of this.#corrections)
      if (topology !== running)
        this.#corrections.set(
          topology,
          combined(correction, NONE, (a) => 1 + (a - 1) * FADING),
        )
    if (measured.latency === Infinity) return
    const estimated = estimate(running, workload, this.#shape)
    // How long a line grows is a matter of how long it has: of an overload nothing can be learnt for other times.
    if (estimated.success < 1) return
    const off = combined(measured, estimated, (a, b) => (b > 0 ? a / b : 1))
    const known = this.#corrections.get(running) ?? off
    this.#corrections.set(
      running,
      combined(known, off, (a, b) => a * KEPT + b * (1 - KEPT)),
    )
  }

  #note(env: Env, when: 'before' | 'after', figures: Figures): void {
    const observe = (figure: keyof Figures): void =>
      env.observe({ kind: 'value', metric: `adaptive.${when}.${figure}`, value: figures[figure] })
    // Of a window without a result there is no latency.
    if (figures.latency < Infinity) observe('latency')
    observe('throughput')
    observe('success')
    observe('utilisation')
  }
}

const NONE: Figures = { latency: 1, throughput: 1, success: 1, utilisation: 1 }

const combined = (a: Figures, b: Figures, by: (a: number, b: number) => number): Figures => ({
  latency: by(a.latency, b.latency),
  throughput: by(a.throughput, b.throughput),
  success: by(a.success, b.success),
  utilisation: by(a.utilisation, b.utilisation),
})
