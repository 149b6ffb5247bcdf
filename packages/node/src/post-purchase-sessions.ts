/**
 * For: offering a contribution after a purchase, and looking up how that went.
 * Not for: taking the money; the hosted page does.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type {
  CreatedPostPurchaseSession,
  NewPostPurchaseSession,
  PostPurchaseSession,
} from './types-sessions.ts'

export class PostPurchaseSessions {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Makes a quote and a session. Pass `clientSecret` to the browser SDK or to `component`. Call it with a short
   * `timeoutMs` and go on without a session when it throws: the order matters more.
   *
   * @throws EkkoApiError FOOTPRINT_NOT_APPLICABLE, PROJECTS_UNAVAILABLE, INVALID_AMOUNT, UNSUPPORTED_CURRENCY, …
   * @example
   * const session = await ekko.postPurchaseSessions.create({
   *   organisationId, consumer: { reference: 'consumer_123', countryCode: 'GBR' },
   *   transaction: { amount: 47.97, currencyCode: 'GBP' },
   * }, { idempotencyKey: `order-${order.id}`, timeoutMs: 2_000 })
   */
  async create(
    session: NewPostPurchaseSession,
    options: CallOptions = {},
  ): Promise<CreatedPostPurchaseSession> {
    return this.#transport.post('/v3/post-purchase/sessions', session, options)
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(sessionId: string, options: CallOptions = {}): Promise<PostPurchaseSession> {
    return this.#transport.get(`/v3/post-purchase/sessions/${idInPath(sessionId)}`, options)
  }
}
