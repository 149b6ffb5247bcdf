// The main thread's end of the line to the embedded engine's thread.
// Not for deciding who may speak. Law: every request is answered or failed exactly once, also when the thread dies.

import fs from 'node:fs'
import { Worker } from 'node:worker_threads'
import { DatabaseUnavailable } from './database-errors.ts'
import {
  type EmbeddedAnswer,
  type EmbeddedRequest,
  type EmbeddedWorkerData,
  embeddedReady,
} from './embedded-messages.ts'

/** The engine cannot be interrupted. A thread that says nothing for this long is given up, with all its callers. */
const silenceMaxMs = 60_000
const silenceCheckMs = 1_000
const startTimeoutMs = 60_000
const closeTimeoutMs = 15_000

/** A request before it has a number. */
export type Unsent = EmbeddedRequest extends infer Request
  ? Request extends unknown
    ? Omit<Request, 'id'>
    : never
  : never

interface Waiting {
  onAnswer(answer: EmbeddedAnswer): void
  /** @param wasSent false when the thread was gone already, so that nothing can have happened */
  onFailure(error: Error, wasSent: boolean): void
}

export class EmbeddedLink {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #watch: NodeJS.Timeout
  #outbox: EmbeddedRequest[] = []
  #lastId = 0
  #heardAt = performance.now()
  #silenceMaxMs = silenceMaxMs
  #dead: DatabaseUnavailable | undefined

  /** @param onDeath called once when the thread is gone without having been asked to */
  constructor(worker: Worker, onDeath: (error: Error) => void) {
    this.#worker = worker
    const die = (reason: string) => {
      if (this.#dead !== undefined) return
      const error = new DatabaseUnavailable(`the embedded database has stopped: ${reason}`)
      this.#dead = error
      clearInterval(this.#watch)
      void worker.terminate()
      onDeath(error)
      for (const [id, waiting] of this.#waiting) {
        this.#waiting.delete(id)
        waiting.onFailure(error, true)
      }
    }
    worker.on('message', (answers: EmbeddedAnswer[]) => this.#receive(answers))
    worker.on('error', (error) => die(error.message))
    worker.on('exit', (code) => die(`its thread ended with code ${code}`))
    this.#watch = setInterval(() => {
      const silentMs = performance.now() - this.#heardAt
      if (this.#waiting.size > 0 && silentMs > this.#silenceMaxMs)
        die(`no answer for ${Math.round(silentMs)} ms`)
    }, silenceCheckMs)
    this.#watch.unref()
    this.stop = die
  }

  /** Gives the thread up at once. */
  readonly stop: (reason: string) => void

  /** A statement that is known to take long may keep the thread silent for longer. */
  expectSilence(ms: number): void {
    this.#silenceMaxMs = Math.max(silenceMaxMs, ms)
  }

  /** Sends in the order of the calls; what is sent in one turn of the event loop travels together. */
  send(request: Unsent, waiting: Waiting): void {
    if (this.#dead !== undefined) {
      const error = this.#dead
      queueMicrotask(() => waiting.onFailure(error, false))
      return
    }
    if (this.#waiting.size === 0) this.#heardAt = performance.now()
    this.#lastId += 1
    this.#waiting.set(this.#lastId, waiting)
    if (this.#outbox.length === 0) queueMicrotask(() => this.#post())
    this.#outbox.push({ ...request, id: this.#lastId } as EmbeddedRequest)
  }

  /** Ends the engine in good order, or without it when it does not answer. */
  async close(): Promise<void> {
    if (this.#dead !== undefined) return
    const ended = new Promise<void>((resolve) => {
      this.#worker.once('exit', () => resolve())
    })
    const timer = setTimeout(() => this.stop('it did not close in time'), closeTimeoutMs)
    await new Promise<void>((resolve) => {
      this.send({ kind: 'close' }, { onAnswer: () => resolve(), onFailure: () => resolve() })
    })
    this.#dead ??= new DatabaseUnavailable('the embedded database is closed')
    await ended
    clearTimeout(timer)
    clearInterval(this.#watch)
  }

  #post(): void {
    const batch = this.#outbox
    this.#outbox = []
    this.#worker.postMessage(batch)
  }

  #receive(answers: EmbeddedAnswer[]): void {
    this.#heardAt = performance.now()
    for (const answer of answers) {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      waiting?.onAnswer(answer)
    }
  }
}

/** Starts the thread and waits until the engine answers. */
export async function startWorker(data: EmbeddedWorkerData): Promise<Worker> {
  const worker = new Worker(workerFile(), { workerData: data, name: 'embedded database', execArgv: [] })
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('it did not start in time')), startTimeoutMs)
      const settled = (act: () => void) => () => {
        clearTimeout(timer)
        act()
      }
      worker.once('message', (message) => {
        settled(() => (message === embeddedReady ? resolve() : reject(new Error('it spoke out of turn'))))()
      })
      worker.once('error', (error) => settled(() => reject(error))())
      worker.once('exit', (code) => settled(() => reject(new Error(`its thread ended with code ${code}`)))())
    })
  } catch (error) {
    await worker.terminate()
    const reason = (error as Error).message
    throw new DatabaseUnavailable(`the embedded database in ${data.folder} did not start: ${reason}`, {
      cause: error,
    })
  }
  // Not all of them at once: the thread's own bookkeeping of its port hangs on listeners too.
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
  return worker
}

// Node 20 runs no TypeScript in a thread, so the compiled file is used from the sources too.
function workerFile(): URL {
  const file = new URL('../../dist/kernel/embedded-worker.js', import.meta.url)
  if (!fs.existsSync(file))
    throw new Error('the embedded database is not compiled yet: run "npm run build" first')
  return file
}
