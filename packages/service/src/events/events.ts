/**
 * Appends events: what happened, with the exact bytes that will be signed and sent.
 * Not for sending them (`webhooks/deliveries.ts`) nor for what a body says, which the domain that made it true decides.
 * Law: an event is appended in the transaction that made it true, and never changes afterwards.
 */
import type { EventType } from '@ekko/contract/events'
import type { Database, Queryable, Transaction } from '../kernel/database.ts'

/** Dispatchers listen here; the payload is empty, since the tables say everything. */
export const deliveriesChannel = 'ekko_deliveries'

export interface NewEvent {
  readonly id: string
  readonly organisationId: string
  readonly type: EventType
  /** What the event is about; its events are counted by `objectSequence`, from 1. */
  readonly objectId: string
  readonly objectSequence: number
  /** JSON text, 64 KiB at most, sent byte for byte. */
  readonly body: string
  readonly createdAt: Date
}

/** Appends an event and its deliveries, and wakes the dispatchers once `tx` has committed. */
export async function appendEvent(tx: Transaction, database: Database, event: NewEvent): Promise<void> {
  await tx.query(appendSql, [
    event.id,
    event.organisationId,
    event.type,
    event.objectId,
    event.objectSequence,
    event.body,
    event.createdAt,
  ])
  announceEvents(tx, database)
}

const appendSql = 'select append_event($1, $2, $3, $4, $5, $6, $7)'

/** For whoever calls the SQL function `append_event` itself: wakes the dispatchers of all processes after the commit. */
export function announceEvents(tx: Transaction, database: Database): void {
  tx.afterCommit(() => announce(database))
}

const announcing = new WeakMap<Queryable, { again: boolean }>()

// One notification is under way at a time; those asked for meanwhile become one more.
function announce(database: Database): void {
  const running = announcing.get(database)
  if (running) {
    running.again = true
    return
  }
  const state = { again: false }
  announcing.set(database, state)
  const done = () => {
    announcing.delete(database)
    if (state.again) announce(database)
  }
  // A notification that fails is made up for by the dispatchers' own poll.
  database.query(announceSql, [deliveriesChannel]).then(done, done)
}

const announceSql = "select pg_notify($1, '')"
