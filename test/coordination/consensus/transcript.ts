// What replicas hear and say, for people to read: each line what has come to whom, below it what that one says and decides. Kept in
// test/transcripts/; UPDATE_TRANSCRIPTS=1 writes them anew.

import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { PbftMessage, PrePrepare } from '../../../src/coordination/consensus/pbft-messages.ts'
import type { Fact, Message } from '../../../src/env/index.ts'
import type { Listener } from './group-fixture.ts'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../transcripts')

/** Fails where the transcript of this name says otherwise. */
export function expectTranscript(name: string, text: string): void {
  const file = join(FOLDER, `${name}.txt`)
  if (process.env.UPDATE_TRANSCRIPTS) writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
}

export class Transcript implements Listener {
  readonly #lines: string[] = []
  /** Digests by letters, in the order in which they come up. */
  readonly #letters = new Map<string, string>()
  #group: { by: string; at: number; message: Message; to: string[]; lost: boolean } | undefined

  text(title: string): string {
    this.#flush()
    return `${title}\n\n${this.#lines.join('\n')}\n`
  }

  hears(at: number, from: string, to: string, message: Message): void {
    this.#flush()
    this.#lines.push(`${inMs(at)}  ${to} ← ${from}: ${this.#words(message as PbftMessage)}`)
  }

  says(at: number, from: string, to: string, message: Message, lost: boolean): void {
    const group = this.#group
    if (group && group.by === from && group.message === message && group.lost === lost) {
      group.to.push(to)
      return
    }
    this.#flush()
    this.#group = { by: from, at, message, to: [to], lost }
  }

  states(_at: number, by: string, stated: Fact): void {
    if (stated.fact !== 'decided') return
    this.#flush()
    this.#lines.push(`            ${by} DECIDES place ${stated.instance}: ${this.#letter(stated.value)}`)
  }

  #flush(): void {
    const group = this.#group
    this.#group = undefined
    if (!group) return
    const { by, message, to, lost } = group
    const words = this.#words(message as PbftMessage)
    this.#lines.push(`            ${by} → ${to.join(' ')}: ${words}${lost ? ' (lost)' : ''}`)
  }

  #letter(digest: string): string {
    let letter = this.#letters.get(digest)
    if (letter === undefined) {
      letter = String.fromCharCode('A'.charCodeAt(0) + this.#letters.size)
      this.#letters.set(digest, letter)
    }
    return letter
  }

  #places(prePrepares: readonly PrePrepare[]): string {
    if (prePrepares.length === 0) return 'nothing'
    return prePrepares
      .map(({ view, sequence, digest }) => `${this.#letter(digest)} in place ${sequence} of view ${view}`)
      .join(', ')
  }

  #words(message: PbftMessage): string {
    switch (message.kind) {
      case 'pbft.request':
        return `request ${JSON.stringify(message.operation)}`
      case 'pbft.reply':
        return `reply ${JSON.stringify(message.value)} to ${message.client}`
      case 'pbft.pre-prepare': {
        const { view, sequence, digest, value, requests } = message
        const batch = requests.length === 0 ? 'nothing' : requests.map(({ operation }) => operation).join()
        return `pre-prepare view ${view} place ${sequence}: ${this.#letter(digest)} (${batch}, value ${value})`
      }
      case 'pbft.prepare':
      case 'pbft.commit':
        return `${message.kind.slice(5)} view ${message.view} place ${message.sequence}: ${this.#letter(message.digest)}`
      case 'pbft.checkpoint':
        return `checkpoint after place ${message.sequence}`
      case 'pbft.view-change': {
        const { view, stable, prepared, accepted } = message
        const told = accepted.length === 0 ? '' : `, accepted ${this.#places(accepted)}`
        return `view change to ${view}; stable ${stable}, prepared ${this.#places(prepared.map((each) => each.prePrepare))}${told}`
      }
      case 'pbft.new-view': {
        const { view, viewChanges, prePrepares } = message
        return `new view ${view} by the word of ${viewChanges.map(({ replica }) => replica).join(' ')}: ${this.#places(prePrepares)}`
      }
      case 'pbft.status':
        return `status: view ${message.view}${message.active ? '' : ', not open'}, executed ${message.executed}; ${message.helper} shall help`
      case 'pbft.committed':
        return `committed ${this.#places([message.certificate.prePrepare])}`
      case 'pbft.state':
        return `state after place ${message.sequence}`
    }
  }
}

const inMs = (at: number): string => `${(at / 1e6).toFixed(2).padStart(8)} ms`
