/**
 * For: what became of each event at each endpoint, and having one posted again.
 * Not for: ranges of events; see `webhookEndpoints.replay`.
 */
import { idInPath } from './path.ts'
import { walkPages } from './record-pages.ts'
import type { CallOptions, Transport } from './transport.ts'
import type {
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryPage,
  WebhookDeliveryQuery,
} from './types-webhooks.ts'

const path = '/v3/webhook-deliveries'

export class WebhookDeliveries {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * One page, newest first.
   *
   * @throws EkkoApiError NOT_FOUND, UNPROCESSABLE_ENTITY (neither endpoint nor event is named)
   * @example const { data } = await ekko.webhookDeliveries.list({ endpointId, status: 'exhausted' })
   */
  async list(query: WebhookDeliveryQuery, options: CallOptions = {}): Promise<WebhookDeliveryPage> {
    return this.#transport.get(path, options, query)
  }

  /**
   * Every delivery that the query means, page after page as you consume them.
   *
   * @throws EkkoError as `list`, and UNREADABLE_ANSWER when the pages do not move on
   * @example for await (const delivery of ekko.webhookDeliveries.iterate({ eventId })) report(delivery)
   */
  iterate(
    query: WebhookDeliveryQuery,
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<WebhookDelivery, void, undefined> {
    return walkPages(query, (page) => this.list(page, options), 'id')
  }

  /** With every attempt: when, how long, what was answered. @throws EkkoApiError NOT_FOUND */
  async retrieve(deliveryId: string, options: CallOptions = {}): Promise<WebhookDeliveryDetail> {
    return this.#transport.get(`${path}/${idInPath(deliveryId)}`, options)
  }

  /** Posts the same event under the same id again. @throws EkkoApiError NOT_FOUND, CONFLICT (the endpoint is disabled) */
  async replay(deliveryId: string, options: CallOptions = {}): Promise<WebhookDelivery> {
    return this.#transport.post(`${path}/${idInPath(deliveryId)}/replay`, undefined, options)
  }
}
