// The one session of the embedded engine, shared by all callers: who speaks next, and when an answer may go out.
// Not for SQL or files. Laws: transactions run one after the other, each with a time limit; no answer leaves before
// everything that it rests on is on the disk.

import type { Transaction, TransactionLimits } from './database.ts'
import { CommitUnknown, DatabaseUnavailable, rolledBackInstead, SqlError } from './database-errors.ts'
import { OpenTransaction, TransactionScope, withinTime } from './database-scope.ts'
import { encodeValues, parserOf } from './database-values.ts'
import type { EmbeddedLink, Unsent } from './embedded-link.ts'
import type { EmbeddedAnswer } from './embedded-messages.ts'

/** A transaction blocks all others, so it gets less time than on a server. */
const transactionTimeoutMs = 10_000
/** While transactions follow each other closely, this many outcomes share a flush, or as many as come in this long. */
const settleBatchMax = 64
const settleDelayMs = 3

/** What a caller will be told once the flush is done. */
interface Outcome {
  answer: EmbeddedAnswer | undefined
  deliver(answer: EmbeddedAnswer): void
  abandon(error: Error): void
}

export interface SessionListeners {
  onNotify: (channel: string, payload: string) => void
  onWarning: (message: string) => void
}

export class EmbeddedSession {
  readonly #link: EmbeddedLink
  readonly #listeners: SessionListeners
  readonly #scope = new TransactionScope()
  #jobs: (() => void)[] = []
  #inTransaction = false
  #closing = false
  #unsettled: Outcome[] = []
  #settleTimer: NodeJS.Timeout | undefined

  constructor(link: EmbeddedLink, listeners: SessionListeners) {
    this.#link = link
    this.#listeners = listeners
  }

  /** Runs one statement as a transaction of its own. */
  async query<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    this.#scope.assertOutside()
    const answer = await this.#alone({ kind: 'statement', text, values: encodeValues(values) })
    return rowsOf<Row>(answer, text)
  }

  /** Runs statements without values. */
  async script(text: string): Promise<void> {
    rowsOf(await this.#alone({ kind: 'script', text }), text)
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, limits: TransactionLimits = {}): Promise<T> {
    this.#scope.assertOutside()
    const state = new OpenTransaction()
    const start = this.#scope.prepare(state, () => work(this.#face(state)))
    return new Promise<T>((resolve, reject) => {
      this.#enqueue(() => {
        this.#inTransaction = true
        void this.#run(state, start, limits.timeoutMs ?? transactionTimeoutMs, { resolve, reject })
      }, reject)
    })
  }

  /** Refuses new work and resolves when all that was accepted is answered. */
  async drain(): Promise<void> {
    const last = new Promise<void>((resolve) => {
      this.#enqueue(
        () => {
          this.#sendLast({ kind: 'script', text: '' }, { deliver: () => resolve(), abandon: () => resolve() })
        },
        () => resolve(),
      )
    })
    this.#closing = true
    await last
  }

  #alone(request: Unsent): Promise<EmbeddedAnswer> {
    return new Promise((resolve, reject) => {
      this.#enqueue(() => this.#sendLast(request, { deliver: resolve, abandon: reject }), reject)
    })
  }

  #enqueue(job: () => void, refuse: (error: Error) => void): void {
    if (this.#closing) {
      refuse(new DatabaseUnavailable('the embedded database is closed'))
      return
    }
    this.#jobs.push(job)
    this.#pump()
  }

  #pump(): void {
    while (!this.#inTransaction) {
      const job = this.#jobs.shift()
      if (job === undefined) break
      job()
    }
    this.#settleIfDue()
  }

  async #run<T>(
    state: OpenTransaction,
    start: () => Promise<T>,
    timeoutMs: number,
    caller: { resolve: (result: T) => void; reject: (error: unknown) => void },
  ): Promise<void> {
    this.#link.expectSilence(timeoutMs)
    // Its failure shows in the next statement: both fail only when the engine is gone.
    this.#link.send({ kind: 'script', text: 'begin isolation level read committed' }, ignored)
    let end: Pick<Outcome, 'deliver' | 'abandon'> & { text: 'commit' | 'rollback' }
    try {
      const result = await withinTime(start, timeoutMs)
      const deliver = (answer: EmbeddedAnswer) => {
        const refusal = answer.error ?? (answer.command === 'COMMIT' ? undefined : rolledBackInstead)
        if (refusal !== undefined) return caller.reject(new SqlError(refusal, 'commit'))
        state.committed(this.#listeners.onWarning)
        caller.resolve(result)
      }
      end = { text: 'commit', deliver, abandon: caller.reject }
    } catch (error) {
      // The refusal may rest on what it read, so it waits for the flush as well.
      const reject = () => caller.reject(error)
      end = { text: 'rollback', deliver: reject, abandon: reject }
    }
    state.end()
    this.#sendLast({ kind: 'script', text: end.text }, end)
    this.#inTransaction = false
    this.#pump()
  }

  #face(state: OpenTransaction): Transaction {
    const send = async (request: Unsent & { text: string }): Promise<EmbeddedAnswer> => {
      state.assertOpen()
      return new Promise((onAnswer, onFailure) => this.#link.send(request, { onAnswer, onFailure }))
    }
    return {
      query: async <Row>(text: string, values: readonly unknown[] = []) =>
        rowsOf<Row>(await send({ kind: 'statement', text, values: encodeValues(values) }), text),
      script: async (text) => {
        rowsOf(await send({ kind: 'script', text }), text)
      },
      afterCommit: (run) => state.afterCommit(run),
    }
  }

  /** Sends what ends a transaction. Its outcome goes out after the next flush. */
  #sendLast(request: Unsent, caller: Pick<Outcome, 'deliver' | 'abandon'>): void {
    const outcome: Outcome = { answer: undefined, deliver: caller.deliver, abandon: caller.abandon }
    this.#unsettled.push(outcome)
    const onAnswer = (answer: EmbeddedAnswer) => {
      outcome.answer = answer
    }
    // What was sent is abandoned with the flush that it waits for, when it is too late to know.
    const onFailure = (error: Error, wasSent: boolean) => {
      if (!wasSent) outcome.abandon(error)
    }
    this.#link.send(request, { onAnswer, onFailure })
  }

  #settleIfDue(): void {
    if (this.#unsettled.length === 0) return
    if (!this.#inTransaction || this.#unsettled.length >= settleBatchMax) this.#settle()
    else this.#settleTimer ??= setTimeout(() => this.#settle(), settleDelayMs)
  }

  #settle(): void {
    clearTimeout(this.#settleTimer)
    this.#settleTimer = undefined
    const outcomes = this.#unsettled
    this.#unsettled = []
    const onAnswer = () => {
      for (const outcome of outcomes) if (outcome.answer !== undefined) this.#tell(outcome, outcome.answer)
    }
    const onFailure = (error: Error) => {
      const unknown = new CommitUnknown(`${error.message}; the outcome of the last commits is not known`, {
        cause: error,
      })
      for (const outcome of outcomes) outcome.abandon(unknown)
    }
    this.#link.send({ kind: 'settle' }, { onAnswer, onFailure })
  }

  #tell(outcome: Outcome, answer: EmbeddedAnswer): void {
    outcome.deliver(answer)
    for (const { channel, payload } of answer.notifications) this.#listeners.onNotify(channel, payload)
  }
}

function rowsOf<Row>(answer: EmbeddedAnswer, statement: string): Row[] {
  if (answer.error !== undefined) throw new SqlError(answer.error, statement)
  const columns = answer.columns.map(({ name, typeId }) => ({ name, parse: parserOf(typeId) }))
  return answer.rows.map((texts) => {
    const row: Record<string, unknown> = {}
    columns.forEach(({ name, parse }, index) => {
      const text = texts[index]
      row[name] = text === null || text === undefined ? null : parse(text)
    })
    return row as Row
  })
}

const ignored = { onAnswer: () => undefined, onFailure: () => undefined }
