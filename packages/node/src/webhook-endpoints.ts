/**
 * For: where the service posts events to.
 * Not for: receiving them; see webhook.ts.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { CreatedWebhookEndpoint, NewWebhookEndpoint, WebhookEndpoint } from './types.ts'

export class WebhookEndpoints {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Registers an endpoint. Keep its `secret` at once: it is shown this one time.
   *
   * @throws EkkoApiError NOT_FOUND, ENDPOINT_REFUSED (an address that may not be called), MAX_ENDPOINTS_REACHED
   * @example const { id, secret } = await ekko.webhookEndpoints.create({ url: 'https://shop.example/webhooks/ekko' })
   */
  async create(endpoint: NewWebhookEndpoint, options: CallOptions = {}): Promise<CreatedWebhookEndpoint> {
    return this.#transport.json({ ...options, method: 'POST', path: '/v3/webhook-endpoints', body: endpoint })
  }

  /** Yours and those of the organisations below you; without their secrets. */
  async list(options: CallOptions = {}): Promise<WebhookEndpoint[]> {
    return this.#transport.json({ ...options, method: 'GET', path: '/v3/webhook-endpoints' })
  }

  /**
   * Stops the posts. What is already on its way may still arrive.
   *
   * @throws EkkoApiError NOT_FOUND; also when an earlier attempt of this very call deleted it and only its answer was lost
   */
  async delete(endpointId: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.nothing({
      ...options,
      method: 'DELETE',
      path: `/v3/webhook-endpoints/${idInPath(endpointId)}`,
    })
  }
}
