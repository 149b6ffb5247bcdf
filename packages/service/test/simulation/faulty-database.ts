/**
 * The database as one life of the process sees it: every statement and every commit is a step, at which the process may
 * crash and the database may fail, in the ways that the real one does. Not for faults of the provider (`sim-psp.ts`).
 */
import type { Database, Queryable, Transaction } from '../../src/kernel/database.ts'
import { ConnectionLost } from '../../src/kernel/database-attempts.ts'
import { CommitUnknown, DatabaseUnavailable, SqlError } from '../../src/kernel/database-errors.ts'
import type { DatabaseFault, Life } from './life.ts'

/** Changes what is written, for tests of the simulation itself. */
export type Sabotage = (text: string, values: readonly unknown[]) => readonly unknown[]

export interface Around {
  readonly life: Life
  /** Ends the backend of this number, as an administrator would; undefined where there is none to end. */
  readonly killBackend: ((pid: number) => Promise<void>) | undefined
  readonly sabotage: Sabotage | undefined
}

export function faultyDatabase(real: Database, around: Around): Database {
  const { life } = around
  return {
    engine: real.engine,
    query: <Row>(text: string, values: readonly unknown[] = []) =>
      life.step('statement', text, async (fault) => {
        if (fault === 'database unavailable')
          throw new DatabaseUnavailable('no connection, says the simulation')
        const rows = await real.query<Row>(text, around.sabotage?.(text, values) ?? values)
        if (fault === 'commit unknown, committed') throw lost()
        return inOrder(text, rows)
      }),
    transaction: (work, limits) => runTransaction(real, around, work, limits),
    listen: (channel, onNotify, onGap) => real.listen(channel, onNotify, onGap),
    close: async () => undefined,
  }
}

async function runTransaction<T>(
  real: Database,
  around: Around,
  work: (tx: Transaction) => Promise<T>,
  limits: Parameters<Database['transaction']>[1],
): Promise<T> {
  const { life } = around
  let endCommit: (() => void) | undefined
  let fault: DatabaseFault | 'crash after' | undefined
  await life.step('transaction', 'begin', async (begun) => {
    if (begun === 'database unavailable') throw new DatabaseUnavailable('no connection, says the simulation')
  })
  try {
    const result = await real.transaction(async (tx) => {
      endCommit?.()
      const answer = await work(faultyTransaction(tx, around))
      // The turn for the commit is held from here until the real commit is over.
      endCommit = await life.turns?.take()
      fault = life.commitFault()
      if (fault === 'commit unknown, not committed') throw lost()
      if (fault === 'backend killed during commit') await kill(tx, around)
      return answer
    }, limits)
    if (fault === 'crash after') life.crash('commit')
    if (fault === 'commit unknown, committed') throw lost()
    life.assertAlive('commit')
    return result
  } finally {
    endCommit?.()
  }
}

function faultyTransaction(tx: Transaction, { life, sabotage }: Around): Transaction {
  let last: Promise<unknown> = Promise.resolve()
  // A connection runs statements in the order in which they were sent, also when they were sent together.
  const next = <T>(run: () => Promise<T>): Promise<T> => {
    const answer = last.then(run, run)
    last = answer.catch(() => undefined)
    return answer
  }
  return {
    query: <Row>(text: string, values: readonly unknown[] = []) =>
      next(() =>
        life.step('statement of a transaction', text, async (fault) => {
          if (fault !== undefined) throw refusalFor(fault, text)
          return inOrder(text, await tx.query<Row>(text, sabotage?.(text, values) ?? values))
        }),
      ),
    script: (text) => next(() => life.step('statement of a transaction', text, () => tx.script(text))),
    afterCommit: (run) => tx.afterCommit(() => life.isOver || run()),
  }
}

function refusalFor(fault: DatabaseFault, text: string): Error {
  if (fault === 'serialization failure') return new SqlError({ message: fault, code: '40001' }, text)
  if (fault === 'deadlock') return new SqlError({ message: fault, code: '40P01' }, text)
  return new ConnectionLost('the connection broke, says the simulation')
}

const lost = () => new CommitUnknown('the connection was lost during the commit, says the simulation')

async function kill(tx: Queryable, { killBackend }: Around): Promise<void> {
  if (killBackend === undefined) throw lost()
  const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
  await killBackend(row!.pid)
}

/** `returning` promises no order, and the order of the rows that a poller takes decides which fault meets which. */
function inOrder<Row>(text: string, rows: Row[]): Row[] {
  if (!/^update .*\sreturning /s.test(text) || rows.length < 2) return rows
  const key = (row: Row) => JSON.stringify(Object.values(row as object))
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
