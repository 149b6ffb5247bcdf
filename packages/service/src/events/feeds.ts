/**
 * The feed of events: what a receiver missed is read here, in an order that never changes.
 * Events are read in the order in which transactions began, and only below the oldest one still running, so that a reader
 * never skips an event that commits late, nor sees one twice. Whoever has read all may wait for the next.
 * Law: an organisation reads its own events and those below it; test events are in no feed. Waiting costs no connection.
 */
import type { EventPage, ImpactPaymentEvent } from '@ekko/contract/events'
import type { EventQuery } from '@ekko/contract/resources'
import type { Context } from '../kernel/context.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { deliveriesChannel } from './events.ts'

const pageDefault = 25
const pageMax = 100
export const waitSecondsMax = 25
/** Requests that one process lets wait; further ones are answered at once. */
const waitersMax = 256
/** A late commit of somebody else holds events back for a moment and announces nothing when it is over. */
const lookAgainMs = 500

export interface EventFeed {
  /** @throws Refusal UNPROCESSABLE_ENTITY */
  list(principalId: string, query: EventQuery): Promise<EventPage>
  /** @throws Refusal NOT_FOUND */
  get(principalId: string, id: string): Promise<ImpactPaymentEvent>
  /** Answers everybody who waits, and lets nobody wait any more. */
  stop(): Promise<void>
}

export function eventFeed(context: Context): EventFeed {
  return new Feed(context)
}

class Feed implements EventFeed {
  readonly #context: Context
  readonly #waiting = new Set<() => void>()
  #unlisten: Promise<() => Promise<void>> | undefined
  #stopped = false

  constructor(context: Context) {
    this.#context = context
  }

  async list(principalId: string, query: EventQuery): Promise<EventPage> {
    const { limit, waitSeconds } = checked(query)
    const isWaiting = waitSeconds > 0 && query.order !== 'newest' && this.#waiting.size < waitersMax
    const until = performance.now() + (isWaiting ? waitSeconds * 1000 : 0)
    const cursor = query.startingAfter ? await this.#findCursor(principalId, query.startingAfter) : null
    if (isWaiting) this.#listen()
    for (;;) {
      // Begun before looking, so that what is announced meanwhile is not missed.
      const change = isWaiting ? this.#change(until) : undefined
      const page = await this.#read(principalId, query, cursor, limit).catch((cause) => {
        change?.cancel()
        throw cause
      })
      const isOver = page.data.length > 0 || this.#stopped || performance.now() >= until
      if (change === undefined || isOver) {
        change?.cancel()
        return page
      }
      await change.seen
    }
  }

  async get(principalId: string, id: string): Promise<ImpactPaymentEvent> {
    const [row] = await this.#context.database.query<{ body: string }>(getSql, [principalId, id])
    if (row === undefined) throw new Refusal('NOT_FOUND', 'no such event')
    return JSON.parse(row.body) as ImpactPaymentEvent
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#wake()
    await (await this.#unlisten)?.()
  }

  async #read(
    principalId: string,
    query: EventQuery,
    cursor: Cursor | null,
    limit: number,
  ): Promise<EventPage> {
    const rows = await this.#context.database.query<{ body: string }>(
      query.order === 'newest' ? newestSql : oldestSql,
      [principalId, cursor?.xid ?? null, cursor?.position ?? null, limit + 1],
    )
    const data = rows.slice(0, limit).map(({ body }) => JSON.parse(body) as ImpactPaymentEvent)
    return { hasMore: rows.length > limit, data }
  }

  async #findCursor(principalId: string, id: string): Promise<Cursor> {
    const [cursor] = await this.#context.database.query<Cursor>(cursorSql, [principalId, id])
    if (cursor === undefined) throw refuseField('UNPROCESSABLE_ENTITY', '/startingAfter', 'no such event')
    return cursor
  }

  #listen(): void {
    const wake = () => this.#wake()
    this.#unlisten ??= this.#context.database.listen(deliveriesChannel, wake, wake).catch((cause) => {
      this.#context.log.warn('readers of the feed are not notified, only polled', { cause })
      return async () => {}
    })
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
  }

  // Seen when something may have happened, or it is time to look again.
  #change(until: number): { seen: Promise<void>; cancel: () => void } {
    let cancel = () => {}
    const seen = new Promise<void>((resolve) => {
      const waitMs = Math.max(0, Math.min(lookAgainMs, until - performance.now()))
      const timer = setTimeout(() => cancel(), waitMs)
      cancel = () => {
        clearTimeout(timer)
        this.#waiting.delete(cancel)
        resolve()
      }
      this.#waiting.add(cancel)
    })
    return { seen, cancel }
  }
}

interface Cursor {
  readonly xid: string
  readonly position: bigint
}

function checked({ limit: limitText, waitSeconds: waitText, order, startingAfter }: EventQuery) {
  const limit = Number(limitText ?? pageDefault)
  if (limit < 1 || limit > pageMax) {
    throw refuseField('UNPROCESSABLE_ENTITY', '/limit', `between 1 and ${pageMax}`)
  }
  const waitSeconds = Number(waitText ?? 0)
  if (waitSeconds > waitSecondsMax) {
    throw refuseField('UNPROCESSABLE_ENTITY', '/waitSeconds', `${waitSecondsMax} at most`)
  }
  if (order === 'newest' && startingAfter !== undefined) {
    throw refuseField('UNPROCESSABLE_ENTITY', '/startingAfter', 'a cursor goes with the order oldest')
  }
  return { limit, waitSeconds }
}

// The root reads along the order of all events. Anybody else reads the first of each organisation below and merges them,
// so that a page costs by the size of the subtree, not by what happens elsewhere.
// $1 principal, $2 and $3 cursor, $4 limit
const visible = 'not e.test and e.xid < pg_snapshot_xmin(pg_current_snapshot())'
const inOrder = (direction: 'asc' | 'desc') => `
with principal as materialized (select id, parent_id is null as is_root from organisation where id = $1)
select found.body from (
  (select e.body, e.xid, e.position from event e
   where (select is_root from principal) and e.root_id = $1 and ${visible}
     and ($2::xid8 is null or (e.xid, e.position) > ($2::xid8, $3::bigint))
   order by e.xid ${direction}, e.position ${direction} limit $4::integer)
  union all
  (select own.* from organisation o
   cross join lateral (
     select e.body, e.xid, e.position from event e
     where e.organisation_id = o.id and ${visible}
       and ($2::xid8 is null or (e.xid, e.position) > ($2::xid8, $3::bigint))
     order by e.xid ${direction}, e.position ${direction} limit $4::integer) as own
   where not (select is_root from principal) and o.path @> array[$1::uuid])
) as found
order by found.xid ${direction}, found.position ${direction} limit $4::integer`
const oldestSql = inOrder('asc')
const newestSql = inOrder('desc')

const cursorSql = `
select e.xid::text as xid, e.position from event e join organisation o on o.id = e.organisation_id
where e.id = $2 and o.path @> array[$1::uuid] and not e.test`

const getSql = `
select e.body from event e join organisation o on o.id = e.organisation_id
where e.id = $2 and o.path @> array[$1::uuid]`
