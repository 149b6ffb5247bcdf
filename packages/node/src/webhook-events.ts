/**
 * For: reading events instead of, or after, having them posted: each once, in an order that never changes.
 * Not for: verifying; what is read here came over your own authenticated call.
 * Law: the cursor is the last event that you have kept; keep it together with what you did about the event.
 */
import { EkkoConnectionError } from './errors.ts'
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { EventPage, EventQuery, ImpactPaymentEvent } from './types.ts'

const eventsPerPage = 100
const answerMs = 10_000

export class WebhookEvents {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * One page. With `waitSeconds` an empty feed is answered when the next event is there, or empty when none came.
   *
   * @throws EkkoApiError UNPROCESSABLE_ENTITY (a limit, or a cursor that is no event of yours)
   * @example const { data } = await ekko.events.list({ startingAfter: lastEventId, waitSeconds: 20 })
   */
  async list(query: EventQuery = {}, options: CallOptions = {}): Promise<EventPage> {
    const { limit, waitSeconds, ...rest } = query
    return this.#transport.json({
      timeoutMs: answerMs + (waitSeconds ?? 0) * 1_000,
      ...options,
      method: 'GET',
      path: '/v3/events',
      query: { ...rest, limit: limit?.toString(), waitSeconds: waitSeconds?.toString() },
    })
  }

  /**
   * Every event after the cursor up to the end of the feed, page after page as you consume them.
   *
   * @throws EkkoError as `list`, and UNREADABLE_ANSWER when the pages do not move on
   * @example for await (const event of ekko.events.iterate({ startingAfter })) await book(event)
   */
  async *iterate(
    query: Pick<EventQuery, 'startingAfter'> = {},
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<ImpactPaymentEvent, void, undefined> {
    let { startingAfter } = query
    for (;;) {
      const from = startingAfter === undefined ? {} : { startingAfter }
      const page = await this.list({ limit: eventsPerPage, ...from }, options)
      yield* page.data
      if (!page.hasMore) return
      const last = page.data.at(-1)?.eventId
      if (last === undefined || last === startingAfter) {
        throw new EkkoConnectionError('The pages of events do not move on', { code: 'UNREADABLE_ANSWER' })
      }
      startingAfter = last
    }
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(eventId: string, options: CallOptions = {}): Promise<ImpactPaymentEvent> {
    return this.#transport.json({ ...options, method: 'GET', path: `/v3/events/${idInPath(eventId)}` })
  }
}
