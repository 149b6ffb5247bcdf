/**
 * Appends events: what happened, with the bytes that will be signed and sent.
 * Not for sending them (`webhooks/deliveries.ts`) nor for what a body says, which the domain that made it true decides.
 * Law: an event is appended in the transaction that made it true, and never changes afterwards.
 */
import { randomBytes } from 'node:crypto'
import type { EventType } from '@ekko/contract/events'
import type { Database, Queryable, Transaction } from '../kernel/database.ts'

/** Dispatchers listen here; the payload says who notifies, or which endpoint to look at, for the tables say the rest. */
export const deliveriesChannel = 'ekko_deliveries'

export interface NewEvent {
  readonly id: string
  readonly organisationId: string
  readonly type: EventType
  /** What the event is about; its events are counted by `objectSequence`, from 1. */
  readonly objectId: string
  readonly objectSequence: number
  /** JSON text, 64 KiB at most, sent byte for byte but for an empty `customerId`, which is then `consumerId`'s. */
  readonly body: string
  readonly consumerId?: string
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
    event.consumerId,
  ])
  announceEvents(tx, database)
}

const appendSql = 'select append_event($1, $2, $3, $4, $5, $6, $7, null, $8)'

/** For whoever calls the SQL function `append_event` itself: wakes the dispatchers of all processes after the commit. */
export function announceEvents(tx: Transaction, database: Database): void {
  tx.afterCommit(() => {
    const announcer = announcerOf(database)
    for (const wake of announcer.wakes) wake()
    announce(database, announcer)
  })
}

/**
 * Has `wake` called at once when a commit over the same `database` has appended events. Whoever is woken so may leave
 * notifications alone whose payload is `name`: they tell of nothing else.
 */
export function wakeHere(database: Database, wake: () => void): { name: string; stop: () => void } {
  const { name, wakes } = announcerOf(database)
  wakes.add(wake)
  return { name, stop: () => void wakes.delete(wake) }
}

interface Announcer {
  readonly name: string
  readonly wakes: Set<() => void>
  isBusy: boolean
  again: boolean
}

const announcers = new WeakMap<Queryable, Announcer>()

function announcerOf(database: Database): Announcer {
  const known = announcers.get(database)
  if (known) return known
  const name = `from ${randomBytes(8).toString('hex')}`
  const made: Announcer = { name, wakes: new Set(), isBusy: false, again: false }
  announcers.set(database, made)
  return made
}

// One notification is under way at a time; those asked for meanwhile become one more.
function announce(database: Database, announcer: Announcer): void {
  announcer.again = announcer.isBusy
  if (announcer.isBusy) return
  announcer.isBusy = true
  const done = () => {
    announcer.isBusy = false
    if (announcer.again) announce(database, announcer)
  }
  // A notification that fails is made up for by the dispatchers' own poll.
  database.query(announceSql, [deliveriesChannel, announcer.name]).then(done, done)
}

// A hint does not wait for the disk, with the lock that every notification of the database takes.
const announceSql = "select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)"
