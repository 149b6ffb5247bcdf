/**
 * For: where the service posts events to, and having them posted again.
 * Not for: receiving them; see webhook.ts. What became of single events is in webhook-deliveries.ts.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type {
  CreatedWebhookEndpoint,
  NewReplay,
  NewSecretRotation,
  NewTestEvent,
  NewWebhookEndpoint,
  Replay,
  SecretRotation,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookEndpointChanges,
} from './types-webhooks.ts'

const path = '/v3/webhook-endpoints'

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
    return this.#transport.post(path, endpoint, options)
  }

  /** Yours and those of the organisations below you; without their secrets. */
  async list(options: CallOptions = {}): Promise<WebhookEndpoint[]> {
    return this.#transport.get(path, options)
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(endpointId: string, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.#transport.get(`${path}/${idInPath(endpointId)}`, options)
  }

  /**
   * Changes what is named. What waits goes to a new URL at once; what is not wanted any more is cancelled.
   *
   * @throws EkkoApiError NOT_FOUND, ENDPOINT_REFUSED, UNPROCESSABLE_ENTITY
   */
  async update(
    endpointId: string,
    changes: WebhookEndpointChanges,
    options: CallOptions = {},
  ): Promise<WebhookEndpoint> {
    return this.#transport.patch(`${path}/${idInPath(endpointId)}`, changes, options)
  }

  /** Nothing is posted until `resume`; events wait. @throws EkkoApiError NOT_FOUND, CONFLICT (it is disabled) */
  async pause(endpointId: string, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.#act(endpointId, 'pause', undefined, options)
  }

  /** Posts again, after a pause or after the service disabled the endpoint. @throws EkkoApiError NOT_FOUND */
  async resume(endpointId: string, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.#act(endpointId, 'resume', undefined, options)
  }

  /**
   * Replaces the secret. Until `previousValidUntil` both sign, so put the new one beside the old one in `verifyWebhook`.
   *
   * @throws EkkoApiError NOT_FOUND, CONFLICT (too many secrets are valid already)
   */
  async rotateSecret(
    endpointId: string,
    rotation: NewSecretRotation = {},
    options: CallOptions = {},
  ): Promise<SecretRotation> {
    return this.#act(endpointId, 'secret-rotations', rotation, options)
  }

  /** Has an invented event, with `test: true`, posted to this endpoint. @throws EkkoApiError NOT_FOUND, CONFLICT */
  async sendTestEvent(
    endpointId: string,
    event: NewTestEvent = {},
    options: CallOptions = {},
  ): Promise<WebhookDelivery> {
    return this.#act(endpointId, 'test-events', event, options)
  }

  /**
   * Has events posted again: what the endpoint never accepted, or with `scope: 'all'` everything, of a range of time.
   *
   * @throws EkkoApiError NOT_FOUND, CONFLICT (it is disabled), UNPROCESSABLE_ENTITY (too many; narrow the range)
   */
  async replay(endpointId: string, replay: NewReplay = {}, options: CallOptions = {}): Promise<Replay> {
    return this.#act(endpointId, 'replays', replay, options)
  }

  /**
   * Stops the posts. What is already on its way may still arrive.
   *
   * @throws EkkoApiError NOT_FOUND; also when an earlier attempt of this very call deleted it and only its answer was lost
   */
  async delete(endpointId: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.delete(`${path}/${idInPath(endpointId)}`, options)
  }

  #act<T>(endpointId: string, action: string, body: unknown, options: CallOptions): Promise<T> {
    return this.#transport.post(`${path}/${idInPath(endpointId)}/${action}`, body, options)
  }
}
