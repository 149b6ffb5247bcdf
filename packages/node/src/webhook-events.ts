/**
 * For: reading events instead of, or after, having them posted: each once, in an order that never changes.
 * Not for: verifying; what is read here came over your own authenticated call.
 * Law: the cursor is the last event that you have kept; keep it together with what you did about the event.
 */
import { idInPath } from './path.ts'
import { walkPages } from './record-pages.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { EventPage, EventQuery, ImpactPaymentEvent } from './types-webhooks.ts'

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
    const timeoutMs = answerMs + (query.waitSeconds ?? 0) * 1_000
    return this.#transport.get('/v3/events', { timeoutMs, ...options }, query)
  }

  /**
   * Every event after the cursor up to the end of the feed, page after page as you consume them.
   *
   * @throws EkkoError as `list`, and UNREADABLE_ANSWER when the pages do not move on
   * @example for await (const event of ekko.events.iterate({ startingAfter })) await book(event)
   */
  iterate(
    query: Pick<EventQuery, 'startingAfter'> = {},
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<ImpactPaymentEvent, void, undefined> {
    return walkPages(query, (page) => this.list(page, options), 'eventId')
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(eventId: string, options: CallOptions = {}): Promise<ImpactPaymentEvent> {
    return this.#transport.get(`/v3/events/${idInPath(eventId)}`, options)
  }
}
