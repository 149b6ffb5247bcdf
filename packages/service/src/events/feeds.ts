/**
 * The feed of events: what a receiver missed is read here, in an order that never changes.
 * Events are read in the order of the seals, which become visible in just that order, so that a reader never skips an
 * event that commits late, nor sees one twice. Whoever has read all may wait for the next.
 * Law: an organisation reads its own events and those below it; test events are in no feed. Waiting costs no connection.
 */
import type { EventPage, ImpactPaymentEvent } from '@ekko/contract/events'
import type { EventQuery } from '@ekko/contract/webhook-resources'
import { ConsumerSeals, type KeptConsumer } from '../consumers/consumer.ts'
import { consumerIn } from '../consumers/consumers.ts'
import type { Context } from '../kernel/context.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { sealedUpToNow } from '../ledger/seal-rounds.ts'
import { sealedChannel } from '../ledger/seals.ts'
import { shownBody } from './event-body.ts'

const pageDefault = 25
const pageMax = 100
export const waitSecondsMax = 25
/** Requests that one process lets wait; further ones are answered at once. */
const waitersMax = 256
/** A notification may be lost. */
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
  readonly #seals: ConsumerSeals
  readonly #waiting = new Set<() => void>()
  #unlisten: Promise<() => Promise<void>> | undefined
  #stopped = false

  constructor(context: Context) {
    this.#context = context
    this.#seals = new ConsumerSeals(context.keys.master)
  }

  async list(principalId: string, query: EventQuery): Promise<EventPage> {
    const { limit, waitSeconds } = checked(query)
    const isWaiting = waitSeconds > 0 && query.order !== 'newest' && this.#waiting.size < waitersMax
    const until = performance.now() + (isWaiting ? waitSeconds * 1000 : 0)
    await sealedUpToNow(this.#context)
    const cursor = query.startingAfter ? await this.#findCursor(principalId, query.startingAfter) : 0n
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
    const [row] = await this.#context.database.query<Row>(getSql, [principalId, id])
    if (row === undefined) throw new Refusal('NOT_FOUND', 'no such event')
    return this.#show(row)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#wake()
    await (await this.#unlisten)?.()
  }

  async #read(principalId: string, query: EventQuery, cursor: bigint, limit: number): Promise<EventPage> {
    const rows = await this.#context.database.query<Row>(query.order === 'newest' ? newestSql : oldestSql, [
      principalId,
      cursor,
      limit + 1,
    ])
    const data = rows.slice(0, limit).map((row) => this.#show(row))
    return { hasMore: rows.length > limit, data }
  }

  #show({ body, consumer }: Row): ImpactPaymentEvent {
    return JSON.parse(shownBody(body, this.#seals.reference(consumer))) as ImpactPaymentEvent
  }

  async #findCursor(principalId: string, id: string): Promise<bigint> {
    const [cursor] = await this.#context.database.query<{ number: bigint }>(cursorSql, [principalId, id])
    if (cursor === undefined) throw refuseField('UNPROCESSABLE_ENTITY', '/startingAfter', 'no such event')
    return cursor.number
  }

  #listen(): void {
    const wake = () => this.#wake()
    this.#unlisten ??= this.#context.database.listen(sealedChannel, wake, wake).catch((cause) => {
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

interface Row {
  readonly body: string
  readonly consumer: KeptConsumer
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

// The root reads along the order of all seals. Anybody else reads the first of each organisation below and merges them,
// so that a page costs by the size of the subtree, not by what happens elsewhere. `offset 0` keeps the planner on the keys.
// $1 principal, $2 cursor, $3 limit
const inOrder = (direction: 'asc' | 'desc') => `
with principal as materialized (select id, parent_id is null as is_root from organisation where id = $1)
select e.body, ${consumerIn('e.consumer_id')} as consumer from (
  (select s.seal_number, s.event_id from seal s
   where (select is_root from principal) and s.root_id = $1 and s.event_id is not null and s.seal_number > $2::bigint
   order by s.seal_number ${direction} limit $3::integer)
  union all
  (select own.* from organisation o
   cross join lateral (
     select s.seal_number, s.event_id from seal s
     where s.organisation_id = o.id and s.event_id is not null and s.seal_number > $2::bigint
     order by s.seal_number ${direction} limit $3::integer) as own
   where not (select is_root from principal) and o.path @> array[$1::uuid])
  order by seal_number ${direction} limit $3::integer
) as found
cross join lateral (select body, consumer_id from event where id = found.event_id offset 0) as e
order by found.seal_number ${direction}`
const oldestSql = inOrder('asc')
const newestSql = inOrder('desc')

const cursorSql = `
select s.seal_number as number
from event e join organisation o on o.id = e.organisation_id
cross join lateral (
  select seal_number from seal where journal_id = e.journal_id
  union all select seal_number from seal where journal_id is null and event_id = e.id) as s
where e.id = $2 and o.path @> array[$1::uuid] and not e.test`

const getSql = `
select e.body, ${consumerIn('e.consumer_id')} as consumer from event e join organisation o on o.id = e.organisation_id
where e.id = $2 and o.path @> array[$1::uuid]`
