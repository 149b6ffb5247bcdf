// What a transaction is to its caller, alike on both engines: open or over, in time or late, and not to be bypassed.
// Not for SQL. Law: once a transaction is over nothing goes through it, and its actions run only after a commit.

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { TransactionMisuse } from './database-errors.ts'

/** A transaction that is, or was, under way. */
export class OpenTransaction {
  #open = true
  readonly #afterCommit: (() => void)[] = []

  get isOpen(): boolean {
    return this.#open
  }

  assertOpen(): void {
    if (!this.#open) throw new TransactionMisuse('a transaction was used after its end')
  }

  end(): void {
    this.#open = false
  }

  afterCommit(run: () => void): void {
    this.assertOpen()
    this.#afterCommit.push(run)
  }

  /** The commit stands whatever these do. */
  committed(onWarning: (message: string) => void): void {
    for (const run of this.#afterCommit) {
      try {
        run()
      } catch (error) {
        onWarning(`an action after a commit failed: ${String(error)}`)
      }
    }
  }
}

/** Knows, for one database, whether the code that runs now is inside one of its transactions. */
export class TransactionScope {
  readonly #current = new AsyncLocalStorage<OpenTransaction>()

  /**
   * On a server a statement beside the transaction would take a second connection and see other data, and with all
   * connections taken it would wait for itself; on the embedded engine it always would.
   */
  assertOutside(): void {
    if (this.#current.getStore()?.isOpen !== true) return
    throw new TransactionMisuse('inside a transaction, statements have to go through the transaction')
  }

  /** Wraps work so that it may start in somebody else's turn and still have the context of its own caller. */
  prepare<T>(transaction: OpenTransaction, work: () => Promise<T>): () => Promise<T> {
    return AsyncResource.bind(() => this.#current.run(transaction, work))
  }
}

/** Runs work and fails when it takes longer. The work itself goes on, to no effect: its transaction is over by then. */
export async function withinTime<T>(work: () => Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_, fail) => {
    const message = `the transaction took longer than ${timeoutMs} ms and was rolled back`
    timer = setTimeout(() => fail(new TransactionMisuse(message, '25P04')), timeoutMs)
  })
  try {
    return await Promise.race([work(), tooLong])
  } finally {
    clearTimeout(timer)
  }
}
